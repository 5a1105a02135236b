import { createColors } from 'picocolors';
import { isTimeZone } from '../../core/calendar.ts';
import { notATimeZone } from '../arguments.ts';
import { connect, read } from '../client.ts';
import { readAsked } from '../explain/asked.ts';
import { tellExplanation } from '../explain/tell.ts';
import type { ExplainTexts } from '../explain/texts.ts';
import { ENGLISH } from '../explain/texts-en.ts';
import { TRADITIONAL_CHINESE } from '../explain/texts-zh-tw.ts';
import { ToldExplanation } from '../explain/told.ts';
import { misuse } from '../failure.ts';
import { type Language, printable, printJson, type Shell } from '../shell.ts';

const TEXTS: Readonly<Record<Language, ExplainTexts>> = { en: ENGLISH, 'zh-TW': TRADITIONAL_CHINESE };

/** `pharos explain <id>`: why somebody got a message or did not; also by coupon code, LINE user id, phone or address. */
export async function explain(
  shell: Shell,
  asked: string,
  { timeZone }: { readonly timeZone?: string },
): Promise<void> {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw misuse(notATimeZone(timeZone));
  }
  const meant = readAsked(asked);
  const client = connect(shell);
  const answer =
    meant.by === 'id'
      ? await client.get(`/v1/explain/${encodeURIComponent(meant.id)}`)
      : await client.post('/v1/explain', meant.body);
  if (shell.json) return printJson(shell, answer);
  const told = tellExplanation(cleaned(read(ToldExplanation, answer)), {
    texts: TEXTS[shell.language],
    timeZone,
    strong: createColors(shell.color).bold,
  });
  shell.out(told);
}

/** Device messages and LINE's answers are other people's text; it is cleaned before our own colours are added. */
const cleaned = (explanation: ToldExplanation): ToldExplanation =>
  JSON.parse(JSON.stringify(explanation), (_key, value: unknown) =>
    typeof value === 'string' ? printable(value) : value,
  ) as ToldExplanation;
