import { createBermudaDistance } from './bermuda.ts';
import { createFencedMean } from './espresense.ts';
import { createKalman } from './room-assistant.ts';

/** The same projects' rules for the question they are made for: with several receivers, which of them has the tag? */
export interface Contest {
  hear(receiver: string, atMs: number, dbm: number): void;
  /** The receiver that has the tag at `atMs`, which never runs backwards. */
  owner(atMs: number): string | undefined;
}

export interface ContestRule {
  readonly name: string;
  create(): Contest;
}

export const strongestLast: ContestRule = {
  name: 'strongest last',
  create: () => nearest({ maxAgeMs: 1_000, estimate: () => (_atMs, dbm) => dbm }),
};

const roomAssistant: ContestRule = {
  name: 'room-assistant',
  create: () =>
    nearest({
      maxAgeMs: 60_000,
      estimate() {
        const filter = createKalman();
        return (_atMs, dbm) => filter(dbm);
      },
    }),
};

/** Whoever is nearest has it, at once. */
function nearest(options: {
  readonly maxAgeMs: number;
  readonly estimate: () => (atMs: number, dbm: number) => number;
}): Contest {
  const heard = new Map<string, { update: (atMs: number, dbm: number) => number; dbm: number; atMs: number }>();
  return {
    hear(receiver, atMs, dbm) {
      const update = heard.get(receiver)?.update ?? options.estimate();
      heard.set(receiver, { update, atMs, dbm: update(atMs, dbm) });
    },
    owner(atMs) {
      const candidates = [...heard].filter(([, each]) => atMs - each.atMs <= options.maxAgeMs);
      return candidates.toSorted(([, a], [, b]) => b.dbm - a.dbm)[0]?.[0];
    },
  };
}

const REPORT_EVERY_MS = 5_000;
const KEEP_MS = 5_000;

/** Each node reports every five seconds; the consumer takes a report that is nearer, of its own room, or after a silence. */
const espresense: ContestRule = {
  name: 'ESPresense',
  create() {
    const filters = new Map<string, ReturnType<typeof createFencedMean>>();
    const reportAt = new Map<string, number>();
    let room: { receiver: string; dbm: number; atMs: number } | undefined;
    return {
      hear(receiver, atMs, dbm) {
        const filter = filters.get(receiver) ?? createFencedMean();
        filters.set(receiver, filter);
        const mean = filter(atMs, dbm);
        if (atMs < (reportAt.get(receiver) ?? 0)) return;
        reportAt.set(receiver, atMs + REPORT_EVERY_MS);
        const takes = room === undefined || room.receiver === receiver || mean > room.dbm || atMs - room.atMs > KEEP_MS;
        if (takes) room = { receiver, dbm: mean, atMs };
      },
      owner: () => room?.receiver,
    };
  },
};

const WIN_OUTRIGHT = 0.3;
const WIN_ON_HISTORY = 0.15;
const HISTORY_CYCLES = 5;
const FRESH_MS = 10_000;

/** A rival takes it by being 30 % nearer, or 15 % and at its worst of five cycles nearer than the owner at its best. */
const bermuda: ContestRule = {
  name: 'Bermuda',
  create() {
    const receivers = new Map<string, ReturnType<typeof createBermudaDistance>>();
    let owner: string | undefined;
    return {
      hear(receiver, atMs, dbm) {
        const distance = receivers.get(receiver) ?? createBermudaDistance();
        receivers.set(receiver, distance);
        distance.hear(atMs, dbm);
      },
      owner(atMs) {
        for (const distance of receivers.values()) distance.passTime(atMs);
        for (const [receiver, rival] of receivers) {
          const incumbent = owner === undefined ? undefined : receivers.get(owner);
          if (receiver === owner || rival.silentMs(atMs) > FRESH_MS) continue;
          if (incumbent === undefined || incumbent.silentMs(atMs) > FRESH_MS || beats(rival, incumbent))
            owner = receiver;
        }
        return owner;
      },
    };
  },
};

type BermudaDistance = ReturnType<typeof createBermudaDistance>;

function beats(rival: BermudaDistance, incumbent: BermudaDistance): boolean {
  const [mine, theirs] = [rival.metres(), incumbent.metres()];
  if (mine >= theirs) return false;
  const share = (theirs - mine) / ((theirs + mine) / 2);
  if (share >= WIN_OUTRIGHT) return true;
  const [worst, best] = [rival.history(HISTORY_CYCLES), incumbent.history(HISTORY_CYCLES)];
  return worst.length > 3 && Math.max(...worst) < Math.min(...best) && share > WIN_ON_HISTORY;
}

const SMOOTHING = 0.3;
const SWITCH_DB = 16;
const AGAIN_DB = 6;
const STALE_MS = 195_000;

/** A rival takes it by being 16 dB stronger on average, and 22 dB where it has just lost it. */
const habluetooth: ContestRule = {
  name: 'habluetooth',
  create() {
    const heard = new Map<string, { average: number; atMs: number }>();
    let owner: string | undefined;
    let demoted: string | undefined;
    return {
      hear(receiver, atMs, dbm) {
        const before = heard.get(receiver)?.average ?? dbm;
        const average = before + SMOOTHING * (dbm - before);
        heard.set(receiver, { average, atMs });
        const incumbent = owner === undefined ? undefined : heard.get(owner);
        const needed = SWITCH_DB + (receiver === demoted ? AGAIN_DB : 0);
        const stale = incumbent === undefined || atMs - incumbent.atMs > STALE_MS;
        if (receiver === owner || (!stale && average < incumbent.average + needed)) return;
        demoted = owner;
        owner = receiver;
      },
      owner: () => owner,
    };
  },
};

export const PEER_CONTESTS: readonly ContestRule[] = [strongestLast, roomAssistant, espresense, bermuda, habluetooth];
