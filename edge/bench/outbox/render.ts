import type { Spread } from '../adverts/spread.ts';
import type { OutboxBench } from './measure.ts';

/** The figures as a table for people: median and, in brackets, the worst and best round. */
export function renderOutbox(bench: OutboxBench): string {
  const { fastDisk, slowDisk, backlog, settings, machine } = bench;
  const disk = (figures: OutboxBench['fastDisk']): readonly (readonly [string, string, string])[] => [
    [`${settings.fast.inFlight} events a tick, durable`, rate(figures.eventsPerSecond.ours), ''],
    ['  bare SQLite, together', rate(figures.eventsPerSecond.batched), times(figures.oursToBatched)],
    ['  bare SQLite, row by row', rate(figures.eventsPerSecond.rowByRow), times(figures.oursToRowByRow)],
    ['main loop held by a tick', ms(figures.commitMs.ours), `${times(figures.heldToOneSync)} of a one-row commit`],
  ];
  const rows: readonly (readonly [string, string, string])[] = [
    ['this disk', '', ''],
    ...disk(fastDisk),
    [`every sync ${settings.delayMs} ms longer`, slowDisk === null ? 'not measured' : '', ''],
    ...(slowDisk === null ? [] : disk(slowDisk)),
    ['start to first batch', '', ''],
    [`  ${settings.backlog.small} rows waiting`, ms(backlog.startMsSmall), ''],
    [`  ${settings.backlog.large} rows waiting`, ms(backlog.startMsLarge), times(backlog.largeToSmall)],
    ['ack of 200 rows settled', ms(backlog.ackMsLarge), ''],
  ];
  const table = rows.map(([what, figure, ratio]) => `${what.padEnd(32)}${figure.padEnd(36)}${ratio}`.trimEnd());
  const about =
    `Median of ${settings.fast.rounds} rounds (worst–best); ratios are ours ÷ theirs, round by round. ` +
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}.`;
  return [...table, '', about, ...bench.notes].join('\n');
}

const count = (value: number): string => Math.round(value).toLocaleString('en');
const rate = ({ median, min, max }: Spread): string => `${count(median)}/s (${count(min)}–${count(max)})`;
const times = ({ median, min, max }: Spread): string => `× ${short(median)} (${short(min)}–${short(max)})`;
const ms = ({ median, min, max }: Spread): string => `${short(median)} ms (${short(min)}–${short(max)})`;
const short = (value: number): string => value.toFixed(value < 10 ? 2 : 1);
