import { z } from 'zod';
import { connect, read } from '../client.ts';
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
  const answer = await connect(shell).get(`/v1/alerts?${new URLSearchParams({ limit })}`);
  if (shell.json) return printJson(shell, answer);
  const { alerts: rows } = read(AlertsAnswer, answer);
  if (rows.length === 0) return shell.talk(shell.language === 'zh-TW' ? '沒有可疑的訊框\n' : 'nothing suspicious\n');
  for (const alert of rows) shell.out(`${printable(told(alert))}\n  ${printable(alert.advice)}\n`);
}

function told({ kind, node, hwid, dm, event, offMs, times, firstAt, lastAt }: Alert): string {
  const when = times === 1 ? isoTime(lastAt) : `${isoTime(firstAt)} to ${isoTime(lastAt)}, ${times} times`;
  const frame = dm === undefined ? hwid : `${hwid}/${dm}`;
  const off = offMs === undefined ? '' : `, ${offText(offMs)}`;
  return `${kind}  ${node ?? 'no door of ours'}  ${when}  ${frame}${off}  (pharos explain ${event})`;
}

function offText(offMs: number): string {
  const minutes = Math.round(Math.abs(offMs) / 60_000);
  return offMs < 0 ? `recorded ${minutes} min before` : `${minutes} min ahead of us`;
}
