import { z } from 'zod';
import { own } from '../../../protocol/own.ts';
import { ALERT_TEXTS, type AlertTexts } from '../alert-texts.ts';
import { parseWhole } from '../arguments.ts';
import { connect, read } from '../client.ts';
import { textsFor, wordFor } from '../language.ts';
import { printable, printJson, type Shell } from '../shell.ts';
import { isoTime } from '../time.ts';

const AlertsAnswer = z.object({
  alerts: z.array(
    z.object({
      kind: z.string(),
      hwid: z.string(),
      node: z.string().optional(),
      dm: z.string().optional(),
      event: z.string(),
      offMs: z.number().optional(),
      times: z.number(),
      firstAt: z.number(),
      lastAt: z.number(),
      advice: z.string(),
    }),
  ),
});
type Alert = z.infer<typeof AlertsAnswer>['alerts'][number];

/** `pharos alerts`: frames that do not fit, each with its evidence and what to do. */
export async function alerts(shell: Shell, { limit = '50' }: { readonly limit?: string }): Promise<void> {
  const answer = await connect(shell).get(`/v1/alerts?limit=${parseWhole('--limit', limit, 1, 1_000)}`);
  if (shell.json) return printJson(shell, answer);
  const { alerts: rows } = read(AlertsAnswer, answer);
  const texts = textsFor(shell, ALERT_TEXTS);
  if (rows.length === 0) return shell.talk(`${texts.nothing}\n`);
  for (const alert of rows) {
    shell.out(`${printable(told(alert, texts))}\n  ${printable(own(texts.advice, alert.kind) ?? alert.advice)}\n`);
  }
}

function told({ kind, node, hwid, dm, event, offMs, times, firstAt, lastAt }: Alert, texts: AlertTexts): string {
  const when = texts.when(isoTime(firstAt), isoTime(lastAt), times);
  const frame = dm === undefined ? hwid : `${hwid}/${dm}`;
  const off = offMs === undefined ? '' : `, ${offText(offMs, texts)}`;
  return `${wordFor(texts.kinds, kind)}  ${node ?? texts.noDoor}  ${when}  ${frame}${off}  (pharos explain ${event})`;
}

function offText(offMs: number, texts: AlertTexts): string {
  const minutes = Math.round(Math.abs(offMs) / 60_000);
  return offMs < 0 ? texts.before(minutes) : texts.ahead(minutes);
}
