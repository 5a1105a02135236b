import type { EpochMs } from '../../protocol/units.ts';
import type { MemberId, Mint } from '../core/ids.ts';
import type { JudgingTx } from '../core/ports.ts';
import { type CampaignsThen, campaignsAt } from '../core/replay/campaigns-at.ts';
import { clockMemory } from '../core/replay/clock-memory.ts';
import { replayMemory } from '../core/replay/memory.ts';
import { toOccurrence } from '../core/replay/occurrence.ts';
import type { CampaignSpan, RecordedEvent, ReplaySource } from '../core/replay/types.ts';
import type { Changes } from '../core/working-set-types.ts';
import { beginRuns, dueDeferrals, dueRuns, takeDue } from './clock-ear.ts';
import { dispatch } from './dispatch.ts';

/** What the judgements of one moment came to. */
export interface Replayed {
  readonly at: EpochMs;
  readonly changes: Changes;
}

const PAGE = 2_000;
const CLOCK_BATCH = 200;

/**
 * Judges what was recorded once more, by the code that judges live, at the time it was judged then: the same events and
 * campaigns come to the same decisions. It writes nowhere.
 *
 *   recorded events ─► occurrences ─► dispatch over a memory ─► what they came to
 *   the clock, as it would have run ─┘
 */
export async function replay(
  source: ReplaySource,
  asked: {
    readonly since: EpochMs;
    readonly until: EpochMs;
    /** The campaigns to judge by; absent: those there were. */
    readonly campaigns?: readonly CampaignSpan[];
    readonly onJudged: (judged: Replayed) => void;
    /** After every page of events; the next page waits for it. */
    readonly onProgress?: (events: number) => Promise<void> | void;
  },
): Promise<{ readonly events: number }> {
  const { since, until, onJudged } = asked;
  const { world } = source;
  const memory = replayMemory(world, since);
  const mint = replayMint();
  const campaigns = campaignsAt(asked.campaigns ?? world.campaigns, (phrase) => source.digest(phrase));

  const learn = async (ids: readonly (MemberId | undefined)[]): Promise<void> => {
    const strangers = [...new Set(ids)].filter((id) => id !== undefined && !memory.knows(id)) as MemberId[];
    if (strangers.length > 0) memory.learn(await source.learn(strangers));
  };
  const clock = clockMemory(since, async (member, limit, by) => {
    const ids = await source.membersAfter(member, limit, by);
    await learn(ids);
    return ids;
  });

  const txAt = (at: EpochMs, then: CampaignsThen): JudgingTx => ({
    registry: async () => ({
      node: async (id) => world.nodes.get(id),
      nodesByHwid: async () => [],
      offers: async (event, place) => then.find(event, place),
      policy: async () => world.policy,
    }),
    load: async (wanted) => memory.load(wanted),
    write: async (changes) => {
      memory.write(changes);
      clock.put(changes.deferrals);
      onJudged({ at, changes });
    },
    clock,
  });

  /** What came due before `at`, each at its time. */
  const runClock = async (at: EpochMs): Promise<void> => {
    for (;;) {
      const due = clock.nextDue(campaigns(at).all, at);
      if (due === undefined) return;
      memory.advance(due);
      const tx = txAt(due, campaigns(due));
      await beginRuns(tx, due);
      for (let done = 1; done > 0; ) {
        done = await takeDue(dueDeferrals(mint, due), tx, CLOCK_BATCH);
        done += await takeDue(dueRuns(mint, due), tx, CLOCK_BATCH);
      }
    }
  };

  const judge = async (group: readonly RecordedEvent[], at: EpochMs): Promise<void> => {
    await runClock(at);
    memory.advance(at);
    const then = campaigns(at);
    const occurrences = group.map((recorded) => toOccurrence(recorded, { world, memory, then }));
    await dispatch(txAt(at, then), mint, occurrences, at, LINKS);
  };

  let events = 0;
  let afterSeq = 0;
  let early: RecordedEvent[] = [];
  for (let more = true; more; ) {
    const page = await source.events(afterSeq, PAGE);
    more = page.length > 0;
    afterSeq = page.at(-1)?.seq ?? afterSeq;
    await learn(page.map(({ member }) => member));
    const sorted = [...early, ...page].sort((a, b) => a.judgedAt - b.judgedAt || a.seq - b.seq);
    // What came in later may have been judged earlier than what waited; nothing that comes now is older than this.
    const border = more ? Math.max(...page.map(({ event }) => event.receivedAt)) : until;
    early = sorted.filter(({ judgedAt }) => judgedAt > border);
    for (const group of byMoment(sorted.filter(({ judgedAt }) => judgedAt <= border))) {
      await judge(group, group[0]?.judgedAt ?? since);
      events += group.length;
    }
    await asked.onProgress?.(events);
  }
  await runClock(until);
  return { events };
}

/** Nobody opens it. */
const LINKS = { form: () => 'https://example.invalid/f', coupon: () => 'https://example.invalid/c' };

/** One batch for all that was judged in one moment, as live. */
function byMoment(events: readonly RecordedEvent[]): RecordedEvent[][] {
  const groups: RecordedEvent[][] = [];
  let current: RecordedEvent[] = [];
  for (const event of events) {
    if (current[0] !== undefined && current[0].judgedAt !== event.judgedAt) {
      groups.push(current);
      current = [];
    }
    current.push(event);
  }
  return current.length > 0 ? [...groups, current] : groups;
}

/** Ids of what is only imagined. */
function replayMint(): Mint {
  let made = 0;
  return {
    id: (kind) => `${kind}_replay${(made++).toString(36)}`,
    uuid: () => '00000000-0000-7000-8000-000000000000',
    bytes: (length) => new Uint8Array(length),
  };
}
