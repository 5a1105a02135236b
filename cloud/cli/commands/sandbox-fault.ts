import { z } from 'zod';
import { parseNumber } from '../arguments.ts';
import { read } from '../client.ts';
import { misuse } from '../failure.ts';
import { connectSandbox } from '../sandbox/connection.ts';
import { printJson, type Shell } from '../shell.ts';

export interface FaultOptions {
  readonly times?: string;
  readonly probability?: string;
  readonly endpoint?: string;
  readonly delay?: string;
  readonly for?: string;
  readonly seed?: string;
}

const Planted = z.looseObject({ kind: z.string(), times: z.number().optional() });
const FaultsAnswer = z.object({
  api: z.array(Planted),
  webhook: z.array(Planted),
  away: z.looseObject({ how: z.string() }).optional(),
});

/** `pharos sandbox fault api|webhook <kind>`, `… away`, `… clear`, or none: what is planted. */
export async function sandboxFault(
  shell: Shell,
  where: string | undefined,
  kind: string | undefined,
  options: FaultOptions,
): Promise<void> {
  const request = requestOf(where, kind, options);
  const sandbox = connectSandbox(shell);
  const answer =
    request === undefined ? await sandbox.get('/sandbox/faults') : await sandbox.post(request.path, request.body);
  if (shell.json) return printJson(shell, answer);
  const { api, webhook, away } = read(FaultsAnswer, answer);
  const lines = [
    ...api.map((it) => `api ${describe(it)}`),
    ...webhook.map((it) => `webhook ${describe(it)}`),
    ...(away === undefined ? [] : [`away (${away.how})`]),
  ];
  for (const line of lines) shell.out(`${line}\n`);
  if (lines.length === 0) shell.talk('no faults are planted\n');
}

const describe = ({ kind, times }: z.infer<typeof Planted>): string =>
  times === undefined ? `${kind}, until cleared` : `${kind}, ${times} more`;

function requestOf(where: string | undefined, kind: string | undefined, options: FaultOptions) {
  const seed = options.seed === undefined ? {} : { seed: parseNumber('--seed', options.seed, 0, 0xffff_ffff) };
  switch (where) {
    case undefined:
      return undefined;
    case 'clear':
      return { path: '/sandbox/faults/clear', body: {} };
    case 'away': {
      const forMs =
        options.for === undefined ? {} : { forMs: parseNumber('--for', options.for, 0.001, 86_400) * 1_000 };
      return {
        path: '/sandbox/faults',
        body: { ...seed, away: { ...(kind === undefined ? {} : { how: kind }), ...forMs } },
      };
    }
    case 'api':
    case 'webhook': {
      if (kind === undefined) throw misuse(`which ${where} fault?`, 'for instance: pharos sandbox fault api error_500');
      const { times, probability, endpoint, delay } = options;
      const fault = {
        kind,
        ...(times !== undefined && { times: parseNumber('--times', times, 1, 1_000_000) }),
        ...(probability !== undefined && { probability: parseNumber('--probability', probability, 0, 1) }),
        ...(endpoint !== undefined && { endpoint }),
        ...(delay !== undefined && { delayMs: parseNumber('--delay', delay, 0, 1_200) * 1_000 }),
      };
      return { path: '/sandbox/faults', body: { ...seed, [where]: [fault] } };
    }
    default:
      throw misuse(`a fault is planted at api or webhook, not at ${where}`, 'or: away, clear');
  }
}
