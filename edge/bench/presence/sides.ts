import { type MonoMs, monoMs, rssiDbm } from '../../../protocol/units.ts';
import type { PresencePolicy } from '../../core/presence.ts';
import { type SignalEstimate, smooth } from '../../core/smoothing.ts';
import { type Contest, type ContestRule, PEER_CONTESTS } from '../presence-peers/contest.ts';
import { accuracy, type Judgement, judge, type Take } from './judge.ts';

/**
 * All receivers of a recording together: the tag is on the side of the receiver that has it. Nothing is learned here;
 * every rule is as its project ships it, and ours has the smoothing and the hold time of presence. No node decides this
 * way, since a node hears for itself alone; the table shows what its smoothing is worth where several are asked.
 */
export interface SidesScore {
  readonly rule: string;
  readonly recording: string;
  readonly accuracy: number;
  readonly switches: number;
  readonly truthSwitches: number;
}

export function compareSides(takes: readonly Take[], policy: PresencePolicy): readonly SidesScore[] {
  const withSides = takes.filter(({ receiver }) => isInside(receiver));
  const recordings = [...new Set(withSides.map(({ recording }) => recording))];
  return [ourContest(policy), ...PEER_CONTESTS].flatMap((rule) =>
    recordings.map((recording) => {
      const judgement = judgeSides(
        rule.create(),
        takes.filter((take) => take.recording === recording),
      );
      const { switches, truthSwitches } = judgement;
      return { rule: rule.name, recording, accuracy: accuracy(judgement), switches, truthSwitches };
    }),
  );
}

const isInside = (receiver: string): boolean => receiver.startsWith('I');

function judgeSides(contest: Contest, takes: readonly Take[]): Judgement {
  const inside = takes.find(({ receiver }) => isInside(receiver));
  if (inside === undefined) throw new Error('a recording without a receiver inside has no sides');
  let slot = 0;
  const rule = {
    hear: () => undefined,
    present(atMs: number): boolean {
      for (const { receiver, slots } of takes) {
        const dbm = slots[slot]?.dbm;
        if (dbm !== undefined) contest.hear(receiver, atMs, dbm);
      }
      slot += 1;
      const owner = contest.owner(atMs);
      return owner !== undefined && isInside(owner);
    },
  };
  return judge(rule, inside);
}

/** The strongest smoothed signal has the tag once it has been the strongest side for the hold time. */
function ourContest(policy: PresencePolicy): ContestRule {
  return {
    name: 'pharos',
    create() {
      const signals = new Map<string, SignalEstimate>();
      let owner: string | undefined;
      let rivalSince: MonoMs | undefined;
      return {
        hear(receiver, atMs, dbm) {
          const rssi = rssiDbm(dbm);
          if (rssi !== undefined) signals.set(receiver, smooth(signals.get(receiver), rssi, monoMs(atMs), policy));
        },
        owner(atMs) {
          const at = monoMs(atMs);
          const heard = [...signals].filter(([, signal]) => at - signal.at <= policy.memoryMs);
          const strongest = heard.toSorted(([, a], [, b]) => b.dbm - a.dbm)[0]?.[0];
          if (strongest === undefined) return owner;
          if (owner === undefined || isInside(owner) === isInside(strongest)) {
            owner = strongest;
            rivalSince = undefined;
            return owner;
          }
          rivalSince ??= at;
          if (at - rivalSince >= policy.holdMs) owner = strongest;
          return owner;
        },
      };
    },
  };
}
