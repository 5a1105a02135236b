import { LineCounter } from 'yaml';
import { nearMiss } from '../../../protocol/near-miss.ts';
import { unreachable } from '../../../protocol/result.ts';
import type { TemplateProblem } from '../../core/message/diagnose.ts';
import { diagnoseTemplate, type OfferMessage, templateVariables, tryTemplate } from '../../core/message/sample.ts';
import type { Origin } from '../../core/message/source-map.ts';
import { type Finding, found } from './finding.ts';
import { jsonWords, VALUE_WORDS } from './json-words.ts';
import { liquidWords } from './liquid-words.ts';
import { limitFix, limitWords } from './message-words.ts';
import { type Place, placeAt } from './place.ts';
import type { Words } from './rules.ts';
import { unfilledIn } from './unfilled.ts';

/** A template on its own, and whom it is written to. */
export interface TemplateText {
  readonly file: string;
  readonly text: string;
  readonly message: OfferMessage;
  readonly hasStore: boolean;
}

/** Nobody reads further before mending these. */
const MOST_TOLD = 10;

/** What is wrong with one template, each thing where it stands; it is tried with made-up values. */
export function templateFindings(template: TemplateText): {
  readonly findings: readonly Finding[];
  /** Forms the text links to. */
  readonly forms: readonly string[];
} {
  const { file, text, message, hasStore } = template;
  const top = { file, line: 1, column: 1 };
  const { rendered, wantsStore, showsCoupon, forms } = tryTemplate(text, message, hasStore);
  const lines = new LineCounter();
  for (let at = 0; at >= 0; at = text.indexOf('\n', at) + 1 || -1) lines.addNewLine(at);
  if (rendered.ok) {
    const unfilled = unfilledIn(text, message).map(({ at, message: said, fix }) =>
      found('template-variable', placeAt(file, lines, at), said, fix),
    );
    if (unfilled.length > 0) return { findings: unfilled, forms };
    // What leads to a form is about the form.
    const unseen = message === 'message' && !showsCoupon && forms.length === 0;
    return { findings: unseen ? [found('coupon-unseen', top, UNSEEN)] : [], forms };
  }
  const { code, detail } = rendered.reject;
  if (code === 'template-syntax' || code === 'template-limit') {
    return { findings: [ofLiquid(template, detail)], forms };
  }
  const placeOf = (origin: Origin | undefined): Place =>
    origin === undefined ? top : placeAt(file, lines, origin.offset);
  const problems = diagnoseTemplate(text, message, hasStore).slice(0, MOST_TOLD);
  const findings = problems.map((problem) => {
    if (problem.kind === 'limit' && wantsStore) return nowhere(placeOf(problem.origin), problem);
    return ofProblem(problem, placeOf, text);
  });
  if (findings.length > 0) return { findings, forms };
  const complaint = code === 'too-many-messages' ? { en: detail, 'zh-TW': TOO_MANY } : detail;
  return { findings: [found('message-limit', top, complaint)], forms };
}

function ofLiquid({ file, message }: TemplateText, detail: string): Finding {
  const at = /,? ?line:(\d+), col:(\d+)/.exec(detail);
  const place = { file, line: Number(at?.[1] ?? 1), column: Number(at?.[2] ?? 1) };
  const plain = detail.replace(/,? ?line:\d+, col:\d+/, '');
  const [, variable] = /^undefined variable: (\S+)/.exec(plain) ?? [];
  if (variable !== undefined) return unknownVariable(place, variable, message);
  const words = liquidWords(plain);
  return words === undefined
    ? found('template-invalid', place, plain)
    : found('template-invalid', place, words.message, words.fix);
}

function ofProblem(problem: TemplateProblem, placeOf: (origin: Origin | undefined) => Place, text: string): Finding {
  const place = placeOf(problem.origin);
  switch (problem.kind) {
    case 'json': {
      if (problem.origin?.inValue === true)
        return found('template-invalid', place, VALUE_WORDS.message, VALUE_WORDS.fix);
      const opened = problem.openedAt && placeOf(problem.openedAt).line;
      const { message, fix } = jsonWords(problem.trouble, {
        inLoop: /\{%-?\s*for\b/.test(text),
        ...(opened !== undefined && { openedLine: opened }),
      });
      return found('template-invalid', place, message, fix);
    }
    case 'limit': {
      const { property, message, given } = problem;
      const bare = /^messages\[\d\]\.type$/.test(property) && (given === 'bubble' || given === 'carousel');
      if (bare) return found('message-limit', place, limitWords(property, message), WRAP);
      const rule = property.endsWith('.altText') ? 'alt-text-missing' : 'message-limit';
      return found(rule, place, limitWords(property, message), limitFix(message));
    }
    case 'no-message': {
      const { property, keys } = problem;
      if (keys?.includes('messages')) return found('template-invalid', place, WRAPPED, UNWRAP);
      const message = {
        en: `${property} is no LINE message: ${keys === undefined ? 'it is no object' : 'it has no "type"'}`,
        'zh-TW': `${property} 不是 LINE 訊息：${keys === undefined ? '不是物件' : '沒有 "type"'}`,
      };
      return found('template-invalid', place, message);
    }
    default:
      return unreachable(problem);
  }
}

const UNSEEN: Words = {
  en: 'nobody who gets this message sees the code of the coupon, or the way to its page',
  'zh-TW': '收到訊息的人看不到優惠代碼，也沒有優惠券頁面的連結',
};
const TOO_MANY = '訊息太多則：LINE 一次最多 5 則';
const WRAP: Words = {
  en: 'put it into { "type": "flex", "altText": "…", "contents": … }',
  'zh-TW': '請放進 { "type": "flex", "altText": "…", "contents": … }',
};
const WRAPPED: Words = {
  en: 'here stands a whole call to LINE, not its messages',
  'zh-TW': '這是整個 LINE 呼叫，不是訊息',
};
const UNWRAP: Words = { en: 'leave only what "messages" holds', 'zh-TW': '只留下 "messages" 裡面的內容' };
const SET_HOME: Words = {
  en: 'set home in the campaign, or leave store.name out; coupon.from is never empty',
  'zh-TW': '在活動中設定 home，或不使用 store.name；coupon.from 一定有值',
};

function nowhere(place: Place, { property, message }: { property: string; message: string }): Finding {
  const complaint = limitWords(property, message);
  const words = {
    en: `${complaint.en}: this campaign happens at no store, so store.name is empty`,
    'zh-TW': `這檔活動不在任何門市發生，store.name 是空的（${complaint['zh-TW']}）`,
  };
  return found('message-limit', place, words, SET_HOME);
}

function unknownVariable(place: Place, name: string, message: OfferMessage): Finding {
  const known = templateVariables(message);
  const meant = nearMiss(name, known);
  const advice =
    meant === undefined
      ? { en: `use ${known.join(', ')}`, 'zh-TW': `可用：${known.join(', ')}` }
      : { en: `did you mean "${meant}"?`, 'zh-TW': `是不是要寫「${meant}」？` };
  const words = { en: `there is no ${name} in this message`, 'zh-TW': `這則訊息沒有 ${name} 這個變數` };
  return found('template-variable', place, words, advice);
}
