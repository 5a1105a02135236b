import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { nearMiss } from '../../../protocol/near-miss.ts';
import { memo } from '../../core/memo.ts';
import { MOST_TEMPLATE_CHARACTERS } from '../../core/message/engine.ts';
import { type OfferMessage, templateVariables, tryTemplate } from '../../core/message/sample.ts';
import { faultText } from '../failure.ts';
import { type Finding, found } from './finding.ts';
import type { Place } from './place.ts';

export interface ReadTemplates {
  /** Locale → text; `default` is always there unless a finding says why not. */
  readonly sources: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
  /** Forms the texts link to. */
  readonly forms: readonly string[];
}

export interface TemplateAsked {
  readonly manifestFile: string;
  readonly template: string;
  readonly place: Place;
  readonly message: OfferMessage;
  /** Whether there always is a store the message may name. */
  readonly hasStore: boolean;
  readonly list: ListFolder;
}

/** Names in a folder, sorted. Many templates share one, which need not be read again for each. */
export type ListFolder = (folder: string) => readonly string[];

export const folderLister = (): ListFolder => memo(1000, (folder) => readdirSync(folder).sort());

const LOCALE = /^[a-z]{2}(-[A-Z]{2})?$/;
const SUFFIX = '.liquid.json';

/**
 * A message template and the locale files beside it: `tea.liquid.json`, `tea.zh-TW.liquid.json`. `template` is relative
 * to the manifest; `place` is where the manifest names it. Each text is tried with made-up values.
 */
export function readTemplates({
  manifestFile,
  template,
  place,
  message,
  hasStore,
  list,
}: TemplateAsked): ReadTemplates {
  const path = join(dirname(manifestFile), template);
  if (!existsSync(path)) {
    return {
      sources: {},
      forms: [],
      findings: [
        found(
          'template-missing',
          place,
          `there is no template ${path}`,
          'create it, or correct the name; it is relative to this file',
        ),
      ],
    };
  }
  const sources: Record<string, string> = {};
  const findings: Finding[] = [];
  const forms = new Set<string>();
  for (const [locale, file] of [['default', path] as const, ...localeFiles(path, list)]) {
    try {
      sources[locale] = readFileSync(file, 'utf8');
    } catch (fault) {
      findings.push(found('template-missing', place, faultText(fault), 'make it a file you may read'));
      continue;
    }
    const checked = checkTemplate(file, sources[locale], message, hasStore);
    findings.push(...checked.findings);
    for (const form of checked.forms) forms.add(form);
  }
  return { sources, findings, forms: [...forms] };
}

function localeFiles(path: string, list: ListFolder): [string, string][] {
  const suffix = path.endsWith(SUFFIX) ? SUFFIX : extname(path);
  const stem = basename(path, suffix);
  return list(dirname(path)).flatMap((name): [string, string][] => {
    if (!name.startsWith(`${stem}.`) || !name.endsWith(suffix)) return [];
    const locale = name.slice(stem.length + 1, -suffix.length);
    return LOCALE.test(locale) ? [[locale, join(dirname(path), name)]] : [];
  });
}

function checkTemplate(
  file: string,
  text: string,
  message: OfferMessage,
  hasStore: boolean,
): Omit<ReadTemplates, 'sources'> {
  if (text.length > MOST_TEMPLATE_CHARACTERS) {
    const complaint = `a template has at most ${MOST_TEMPLATE_CHARACTERS} characters`;
    return { findings: [found('template-invalid', { file, line: 1, column: 1 }, complaint)], forms: [] };
  }
  const { rendered, wantsStore, showsCoupon, forms } = tryTemplate(text, message, hasStore);
  if (rendered.ok) {
    // What leads to a form is about the form.
    const unseen = message === 'message' && !showsCoupon && forms.length === 0;
    return { findings: unseen ? [found('coupon-unseen', { file, line: 1, column: 1 }, UNSEEN)] : [], forms };
  }
  const { code, detail } = rendered.reject;
  const at = /,? ?line:(\d+), col:(\d+)/.exec(detail);
  const place = { file, line: Number(at?.[1] ?? 1), column: Number(at?.[2] ?? 1) };
  const plain = detail.replace(/,? ?line:\d+, col:\d+/, '');
  const [, variable] = /^undefined variable: (\S+)/.exec(plain) ?? [];
  if (variable !== undefined) return { findings: [unknownVariable(place, variable, message)], forms };
  if (wantsStore) return { findings: [found('message-limit', place, nowhere(plain), SET_HOME)], forms };
  if (code === 'message-limit' || code === 'too-many-messages') {
    const rule = plain.includes('altText') ? 'alt-text-missing' : 'message-limit';
    return { findings: [found(rule, place, plain)], forms };
  }
  return { findings: [found('template-invalid', place, `${code}: ${plain}`)], forms };
}

const nowhere = (complaint: string) => ({
  en: `${complaint}: this campaign happens at no store, so store.name is empty`,
  'zh-TW': `這檔活動不在任何門市發生，store.name 是空的（${complaint}）`,
});
const UNSEEN = {
  en: 'nobody who gets this message sees the code of the coupon, or the way to its page',
  'zh-TW': '收到訊息的人看不到優惠代碼，也沒有優惠券頁面的連結',
};
const SET_HOME = {
  en: 'set home in the campaign, or leave store.name out; coupon.from is never empty',
  'zh-TW': '在活動中設定 home，或不使用 store.name；coupon.from 一定有值',
};

function unknownVariable(place: Place, name: string, message: OfferMessage): Finding {
  const known = templateVariables(message);
  const meant = nearMiss(name, known);
  const advice = meant === undefined ? `use ${known.join(', ')}` : `did you mean "${meant}"?`;
  return found('template-variable', place, `there is no ${name} in this message`, advice);
}
