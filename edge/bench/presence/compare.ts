import type { PresencePolicy } from '../../core/presence.ts';
import { PEER_RULES } from '../presence-peers/all.ts';
import type { PeerRule } from '../presence-peers/rule.ts';
import { accuracy, type Judgement, judge, median, pool, type Take } from './judge.ts';
import { ourRule } from './ours.ts';
import { compareSides, type SidesScore } from './sides.ts';

/**
 * Every receiver decides alone whether the tag is on its side of the door, and is judged slot by slot.
 *
 * `as-shipped` uses each rule's own range. `learned` gives every rule, ours and the peers' alike, the range that was
 * best for that receiver on all recordings but the one it is judged on: what a person who sets a node up would find.
 */
export type Range = 'as-shipped' | 'learned';

export interface Score {
  readonly accuracy: number;
  readonly switches: number;
  readonly truthSwitches: number;
  readonly enterMedianMs?: number;
  readonly exitMedianMs?: number;
  readonly missed: number;
}

export interface Comparison {
  readonly sides: readonly SidesScore[];
  readonly recordings: readonly string[];
  readonly receivers: readonly string[];
  readonly scores: readonly ({ readonly rule: string; readonly range: Range } & Score)[];
  readonly byReceiver: readonly ({ readonly rule: string; readonly receiver: string } & Score)[];
  readonly byRecording: readonly ({ readonly rule: string; readonly recording: string } & Score)[];
}

/** The ranges a person could choose from, dBm. */
const LIMITS_DBM: readonly number[] = Array.from({ length: 16 }, (_, index) => -84 + 2 * index);

/** What a switch too many costs when a range is chosen: two seconds of being wrong in a recording of half an hour. */
const SWITCH_COST = 0.0002;

export function comparePresence(takes: readonly Take[], policy: PresencePolicy): Comparison {
  const rules = [ourRule(policy), ...PEER_RULES];
  const judged = rules.map((rule) => ({
    rule: rule.name,
    shipped: judgeAsShipped(rule, takes),
    learned: judgeLearned(rule, takes),
  }));
  const recordings = [...new Set(takes.map(({ recording }) => recording))];
  const receivers = [...new Set(takes.map(({ receiver }) => receiver))];
  return {
    sides: compareSides(takes, policy),
    recordings,
    receivers,
    scores: judged.flatMap(({ rule, shipped, learned }) => [
      { rule, range: 'learned', ...score(learned.map(({ judgement }) => judgement)) },
      { rule, range: 'as-shipped', ...score(shipped) },
    ]),
    byReceiver: judged.flatMap(({ rule, learned }) =>
      receivers.map((receiver) => ({ rule, receiver, ...scoreWhere(learned, (take) => take.receiver === receiver) })),
    ),
    byRecording: judged.flatMap(({ rule, learned }) =>
      recordings.map((recording) => ({
        rule,
        recording,
        ...scoreWhere(learned, (take) => take.recording === recording),
      })),
    ),
  };
}

const judgeAsShipped = (rule: PeerRule, takes: readonly Take[]): Judgement[] =>
  takes.map((take) => judge(rule.create(), take));

interface Judged {
  readonly take: Take;
  readonly judgement: Judgement;
}

function judgeLearned(rule: PeerRule, takes: readonly Take[]): Judged[] {
  const byLimit = takes.map((take) => ({
    take,
    judgements: LIMITS_DBM.map((limit) => judge(rule.create(limit), take)),
  }));
  return byLimit.flatMap(({ take, judgements }) => {
    const others = byLimit.filter((other) => other.take.receiver === take.receiver && other.take !== take);
    const worth = LIMITS_DBM.map((_, index) => {
      const pooled = pool(others.flatMap((other) => other.judgements[index] ?? []));
      return accuracy(pooled) - SWITCH_COST * pooled.switches;
    });
    const judgement = judgements[worth.indexOf(Math.max(...worth))];
    return judgement === undefined ? [] : [{ take, judgement }];
  });
}

const scoreWhere = (judged: readonly Judged[], where: (take: Take) => boolean): Score =>
  score(judged.filter(({ take }) => where(take)).map(({ judgement }) => judgement));

function score(judgements: readonly Judgement[]): Score {
  const pooled = pool(judgements);
  const [enter, exit] = [median(pooled.enterMs), median(pooled.exitMs)];
  return {
    accuracy: accuracy(pooled),
    switches: pooled.switches,
    truthSwitches: pooled.truthSwitches,
    ...(enter === undefined ? {} : { enterMedianMs: enter }),
    ...(exit === undefined ? {} : { exitMedianMs: exit }),
    missed: pooled.missed,
  };
}

/** The comparison for people. */
export function renderComparison({ sides, recordings, receivers, scores, byReceiver }: Comparison): string {
  const rules = [...new Set(scores.map(({ rule }) => rule))];
  const totals = scores.map((row) => [
    row.rule,
    row.range,
    percent(row.accuracy),
    `${row.switches}/${row.truthSwitches}`,
    seconds(row.enterMedianMs),
    seconds(row.exitMedianMs),
    String(row.missed),
  ]);
  const together = [...new Set(sides.map(({ rule }) => rule))].map((rule) => [
    rule,
    ...sides
      .filter((row) => row.rule === rule)
      .map((row) => `${percent(row.accuracy)} ${row.switches}/${row.truthSwitches}`),
  ]);
  const rows = receivers.map((receiver) => [
    receiver,
    ...rules.map((rule) => {
      const own = byReceiver.find((row) => row.rule === rule && row.receiver === receiver);
      return own === undefined ? '' : `${percent(own.accuracy)} ${own.switches}/${own.truthSwitches}`;
    }),
  ]);
  return [
    `${recordings.length} recordings, ${receivers.length} receivers, each deciding alone; "learned": range from the other recordings`,
    '',
    ...columns([['rule', 'range', 'right', 'switches/true', 'enter', 'exit', 'missed'], ...totals]),
    '',
    'right and switches/true by receiver, learned range',
    ...columns([['receiver', ...rules], ...rows]),
    '',
    'all receivers together, the side of the one that has the tag; nothing learned',
    ...columns([['rule', ...recordings], ...together]),
  ].join('\n');
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const seconds = (ms: number | undefined): string => (ms === undefined ? 'never' : `${(ms / 1_000).toFixed(1)} s`);

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
