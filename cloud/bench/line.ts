import { median, type Ratio } from './ingest.ts';
import { takeBare, takeExpress, type WebhookRun } from './line-peers.ts';
import { withPlatform } from './line-process.ts';
import { LINE_ALLOWS, type OutRun, sendOut, takeIn, takeThrough } from './line-ways.ts';

interface Latency {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface LineFigures {
  readonly bench: 'line';
  /** Webhooks, one figure a round; `express` is empty where it is not installed. */
  readonly bare: readonly WebhookRun[];
  readonly express: readonly WebhookRun[];
  readonly databases: readonly LineDatabaseFigures[];
}

export interface LineDatabaseFigures {
  readonly database: 'sqlite' | 'postgres';
  readonly durable: readonly WebhookRun[];
  readonly answer: Latency;
  readonly out: OutRun;
  readonly eventToCall: Latency;
  readonly atLeast: readonly Ratio[];
  readonly atMost: readonly Ratio[];
}

interface Options {
  readonly events: number;
  readonly rounds: number;
  /** How long to send out. */
  readonly seconds: number;
  readonly databaseUrl: string | undefined;
}

const secret = 'secret-of-the-bench';
const ANSWERED_AT = 1_000;
const DECIDED_AT = 500;
const STEADY_SECONDS = 5;

/**
 * Webhooks in, calls out, with LINE in a process of its own. The servers that store nothing and ours, on each database,
 * take turns in one run.
 */
export async function measureLine(options: Options, say: (text: string) => void): Promise<LineFigures> {
  const { events: count, rounds, databaseUrl } = options;
  const targets = databaseUrl === undefined ? [undefined] : [undefined, databaseUrl];
  if (databaseUrl === undefined) say('PostgreSQL: skipped; give --database postgres://…/<an empty database>');
  const bare: WebhookRun[] = [];
  const express: WebhookRun[] = [];
  const durable = targets.map((): WebhookRun[] => []);
  // The first round warms up, for every side alike.
  for (let round = 0; round <= rounds; round++) {
    const bareRun = await withPlatform((line) => takeBare(line, secret, count));
    const expressRun = await withPlatform((line) => takeExpress(line, secret, count));
    if (round === 0 && expressRun === undefined) say('express: skipped; it is not installed here');
    if (round > 0) bare.push(bareRun);
    if (round > 0 && expressRun !== undefined) express.push(expressRun);
    for (const [index, target] of targets.entries()) {
      const run = await withPlatform((line) => takeIn(line, target, { secret, count }));
      if (round > 0) durable[index]?.push(run);
      const told = [`bare ${rate(bareRun)}`, `${nameOf(target)} ${rate(run)}`];
      if (round > 0)
        say(`webhooks: ${told.join(', ')}${expressRun === undefined ? '' : `, express ${rate(expressRun)}`}`);
    }
  }
  const databases: LineDatabaseFigures[] = [];
  for (const [index, target] of targets.entries()) {
    databases.push(await measureOn(target, { bare, express, durable: durable[index] ?? [] }, options, say));
  }
  return { bench: 'line', bare, express, databases };
}

const nameOf = (target: string | undefined) => (target === undefined ? 'sqlite' : 'postgres');
const rate = ({ perSecond }: WebhookRun): string => `${Math.round(perSecond)}/s`;
const middle = (runs: readonly WebhookRun[]): number => median(runs.map(({ perSecond }) => perSecond));

async function measureOn(
  target: string | undefined,
  webhooks: Readonly<Record<'bare' | 'express' | 'durable', readonly WebhookRun[]>>,
  { seconds }: Options,
  say: (text: string) => void,
): Promise<LineDatabaseFigures> {
  const database = nameOf(target);
  const steady = (perSecond: number) => ({ secret, count: perSecond * STEADY_SECONDS, perSecond });
  const { p50Ms, p99Ms } = await withPlatform((line) => takeIn(line, target, steady(ANSWERED_AT)));
  say(`${database}, answers at ${ANSWERED_AT}/s: p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`);
  const out = await withPlatform((line) => sendOut(line, target, seconds));
  say(`${database}, out: ${Math.round(out.perSecond)}/s, ${out.limited} times 429, ${out.cores.toFixed(2)} of a core`);
  const reached = await withPlatform((line) => takeThrough(line, target, steady(DECIDED_AT)));
  const [reachedP50, reachedP99] = [reached.p50Ms, reached.p99Ms];
  say(`${database}, event to call at ${DECIDED_AT}/s: p50 ${reachedP50.toFixed(1)}, p99 ${reachedP99.toFixed(1)} ms`);
  const { bare, express, durable } = webhooks;
  return {
    database,
    durable,
    answer: { perSecond: ANSWERED_AT, p50Ms, p99Ms },
    out,
    eventToCall: { perSecond: DECIDED_AT, p50Ms: reachedP50, p99Ms: reachedP99 },
    atLeast: [
      { name: 'webhooks durable ÷ bare', value: middle(durable) / middle(bare), goal: 0.6 },
      ...(express.length === 0
        ? []
        : [{ name: "webhooks durable ÷ express with LINE's SDK", value: middle(durable) / middle(express), goal: 2 }]),
      { name: 'calls out ÷ what LINE allows', value: out.perSecond / LINE_ALLOWS, goal: 0.95 },
    ],
    atMost: [
      { name: 'ms to answer a webhook, p99', value: p99Ms, goal: 50 },
      { name: 'times LINE said 429', value: out.limited, goal: 0 },
      { name: 'cores while sending', value: out.cores, goal: 0.35 },
      { name: 'ms from event to call, p50', value: reachedP50, goal: 15 },
      { name: 'ms from event to call, p99', value: reachedP99, goal: 100 },
    ],
  };
}
