import { existsSync } from 'node:fs';
import { instantOf } from '../../core/calendar.ts';
import { connect, read } from '../client.ts';
import { EXIT, type ExitCode, misuse } from '../failure.ts';
import { textsFor } from '../language.ts';
import { tellRefusal } from '../manifest/apply-answer.ts';
import { checkManifests } from '../manifest/check.ts';
import type { CheckedDocument } from '../manifest/checked-document.ts';
import { PreviewAnswer } from '../preview/answer.ts';
import { openPage, writePage } from '../preview/open-page.ts';
import { previewPage } from '../preview/page.ts';
import { storyOf } from '../preview/story.ts';
import { TEXTS } from '../preview/texts.ts';
import { wordsOf } from '../sandbox/chat-text.ts';
import { printable, printJson, type Shell } from '../shell.ts';
import { isFit, tellFindings } from './validate.ts';

export interface PreviewOptions {
  readonly campaign?: string;
  readonly as?: string;
  readonly at?: string;
  readonly trigger?: string;
  readonly store?: string;
  readonly node?: string;
  readonly phrase?: string;
  readonly locale?: string;
  readonly timeZone?: string;
  readonly html?: string;
  readonly open?: boolean;
}

/** `pharos preview <campaign or file>`: what one person would get at one moment, and why; nothing is sent. */
export async function preview(shell: Shell, named: string, options: PreviewOptions): Promise<ExitCode> {
  const { as, trigger, store, node, phrase, locale } = options;
  const wanted = options.at === undefined ? undefined : parseMoment(options.at);
  let documents: readonly CheckedDocument[] = [];
  if (existsSync(named)) {
    const checked = checkManifests(named);
    if (!shell.json || !isFit(checked)) tellFindings(shell, checked);
    if (!isFit(checked)) return EXIT.failed;
    documents = checked.documents;
  }
  const campaign = options.campaign ?? (existsSync(named) ? onlyCampaign(named, documents) : named);
  const sent = documents.map(({ document }) => document);
  const asked = { campaign, documents: sent, as, trigger, store, node, phrase, locale };
  const ask = async (at?: number): Promise<PreviewAnswer> =>
    read(PreviewAnswer, await connect(shell).post('/v1/preview', { ...asked, at }));
  let answer: PreviewAnswer;
  try {
    // A time without an offset is the shop's, as everywhere in campaigns; whose shop it is, the server knows.
    const at =
      wanted?.kind === 'local'
        ? instantOf(wanted.date, wanted.minute, options.timeZone ?? (await ask()).timeZone)
        : wanted?.at;
    answer = await ask(at);
  } catch (error) {
    tellRefusal(shell, error, documents);
    return EXIT.failed;
  }
  const texts = textsFor(shell, TEXTS);
  const story = storyOf(answer, shell.language, options.timeZone);
  if (shell.json) printJson(shell, answer);
  else {
    for (const line of story) shell.out(`${printable(line)}\n`);
    if (answer.messages.length > 0) shell.out(`${answer.sent ? texts.reads : texts.wouldRead}\n`);
    for (const message of answer.messages) {
      for (const line of wordsOf(message).flatMap((word) => word.split('\n'))) shell.out(`  │ ${printable(line)}\n`);
    }
  }
  if (options.html === undefined && options.open !== true) return EXIT.done;
  const page = previewPage(answer.messages, {
    title: answer.campaign,
    story: story.slice(1),
    language: shell.language,
  });
  const path = writePage(page, options.html);
  shell.talk(`${texts.picture(path)}\n`);
  if (options.open === true && !(await openPage(path, shell.env))) shell.talk(`${texts.noBrowser}\n`);
  return EXIT.done;
}

function onlyCampaign(path: string, documents: readonly CheckedDocument[]): string {
  const [first, ...more] = documents.filter(({ kind }) => kind === 'Campaign').map(({ id }) => id);
  if (first !== undefined && more.length === 0) return first;
  if (first === undefined) {
    throw misuse(
      { en: `there is no campaign in ${path}`, 'zh-TW': `${path} 裡沒有活動` },
      { en: 'name the file of one, or its id', 'zh-TW': '請指定活動檔，或活動 id' },
    );
  }
  const all = [first, ...more].join(' | ');
  throw misuse(
    { en: `there are several campaigns in ${path}`, 'zh-TW': `${path} 裡有多個活動` },
    { en: `say which: --campaign ${all}`, 'zh-TW': `請指定一個：--campaign ${all}` },
  );
}

type Moment =
  | { readonly kind: 'local'; readonly date: string; readonly minute: number }
  | { readonly kind: 'exact'; readonly at: number };

/** `2026-12-24T18:30` on a clock yet to be chosen, or a moment with its own offset, UTC ms. */
function parseMoment(text: string): Moment {
  const [, date = '', hour, minute] = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})$/.exec(text) ?? [];
  if (hour !== undefined && minute !== undefined && Number(hour) < 24 && Number(minute) < 60) {
    if (!Number.isNaN(Date.parse(date))) return { kind: 'local', date, minute: Number(hour) * 60 + Number(minute) };
  }
  const at = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at) && at >= 0) return { kind: 'exact', at };
  throw misuse({
    en: `--at must be a moment such as 2026-12-24T18:30 or 2026-12-24T18:30+08:00, not "${text}"`,
    'zh-TW': `--at 要是時刻，例如 2026-12-24T18:30 或 2026-12-24T18:30+08:00，不能是「${text}」`,
  });
}
