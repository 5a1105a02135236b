import { z } from 'zod';
import { read } from '../client.ts';
import { textsFor } from '../language.ts';
import { connectSandbox } from '../sandbox/connection.ts';
import { type FaultOptions, faultRequest } from '../sandbox/fault-request.ts';
import { FAULT_TEXTS, type FaultTexts } from '../sandbox/fault-texts.ts';
import { printJson, type Shell } from '../shell.ts';

const Planted = z.looseObject({
  kind: z.string(),
  times: z.number().optional(),
  endpoint: z.string().optional(),
  probability: z.number().optional(),
  delayMs: z.number().optional(),
});
const FaultsAnswer = z.object({
  api: z.array(Planted),
  webhook: z.array(Planted),
  away: z.looseObject({ how: z.string(), forMs: z.number().optional() }).optional(),
  seed: z.number().optional(),
});

/** `pharos sandbox fault api|webhook <kind>`, `… away`, `… clear`, or none: what is planted. */
export async function sandboxFault(
  shell: Shell,
  where: string | undefined,
  kind: string | undefined,
  options: FaultOptions,
): Promise<void> {
  const request = faultRequest(where, kind, options);
  const sandbox = connectSandbox(shell);
  const answer =
    request === undefined ? await sandbox.get('/sandbox/faults') : await sandbox.post(request.path, request.body);
  if (shell.json) return printJson(shell, answer);
  const { api, webhook, away } = read(FaultsAnswer, answer);
  const texts = textsFor(shell, FAULT_TEXTS);
  const lines = [
    ...api.map((it) => `api ${describe(it, texts)}`),
    ...webhook.map((it) => `webhook ${describe(it, texts)}`),
    ...(away === undefined ? [] : [texts.away(away.how, away.forMs === undefined ? undefined : away.forMs / 1_000)]),
  ];
  for (const line of lines) shell.out(`${line}\n`);
  if (lines.length === 0) shell.talk(`${texts.none}\n`);
}

/** All that was asked for, so that a slip shows: how late, where, how likely, how often. */
const describe = ({ kind, times, endpoint, probability, delayMs }: z.infer<typeof Planted>, texts: FaultTexts) =>
  [
    kind,
    ...(delayMs === undefined ? [] : [texts.late(delayMs / 1_000)]),
    ...(endpoint === undefined ? [] : [texts.at(endpoint)]),
    ...(probability === undefined ? [] : [texts.chance(probability)]),
    times === undefined ? texts.untilCleared : texts.more(times),
  ].join(texts.comma);
