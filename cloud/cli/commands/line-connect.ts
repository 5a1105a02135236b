import { z } from 'zod';
import { connect, read } from '../client.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { printable, printJson, type Shell } from '../shell.ts';

const ReportAnswer = z.object({
  checks: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['ok', 'warn', 'fail', 'unknown']),
      finding: z.string(),
      remedy: z.string(),
    }),
  ),
  byHand: z.array(z.string()),
  ready: z.boolean(),
});

const MARK = { ok: '✓', warn: '!', fail: '✗', unknown: '?' } as const;

/** `pharos line connect`: whether a coupon could travel, and what to do where not. Exit 1 when something is missing. */
export async function lineConnect(
  shell: Shell,
  { webhook, dryRun = false }: { readonly webhook?: string; readonly dryRun?: boolean },
): Promise<ExitCode> {
  const body = { ...(webhook !== undefined && { webhook }), dryRun };
  const answer = await connect(shell).post('/v1/line/connect', body);
  const { checks, byHand, ready } = read(ReportAnswer, answer);
  if (shell.json) printJson(shell, answer);
  else {
    for (const { name, status, finding, remedy } of checks) {
      shell.out(`${MARK[status]} ${name.padEnd(9)}${printable(finding)}\n`);
      if (remedy !== '') shell.out(`  ${''.padEnd(9)}${printable(remedy)}\n`);
    }
    shell.out('\nFor you to look at in LINE’s own pages; no program can ask for these:\n');
    for (const line of byHand) shell.out(`- ${printable(line)}\n`);
  }
  return ready ? EXIT.done : EXIT.failed;
}
