import type { EpochMs } from '../protocol/units.ts';
import { couponPageKey, readCouponToken } from './core/coupon/page-link.ts';
import type { TillAnswer } from './core/till/answer.ts';
import type { TillAsk, TillRequest } from './core/till/request.ts';
import type { TillApi } from './http/till.ts';
import { createGroup } from './ingest/group.ts';
import type { StoreContext } from './store/context.ts';
import { isPostgres } from './store/dialect.ts';
import { type Answered, listAtTill, type TillDeps, workTill } from './store/till.ts';
import { tillMemory } from './store/till-memory.ts';
import { redeemMany } from './store/till-redeem-many.ts';

/** Requests of one commit: enough to share its sync, few enough that the last of them is not kept waiting. */
const MOST_A_COMMIT = 64;
/** Those of them that go by themselves, on PostgreSQL. */
const CONNECTIONS = 4;
/** On PostgreSQL, where others make headway while one waits for the disk: 35 % of a bare insert with one, 40 with two, 47 with four. */
const COMMITS_AT_ONCE = 4;
/** A cashier makes a few a minute, a web shop's server a few a second. */
const PER_SECOND = 50;

/** Coupons at the till: what arrives while other requests are being written is written with what arrives beside it. */
export function composeTill({
  store,
  vaultKey,
  now,
  perSecond = PER_SECOND,
  onAnswer,
}: {
  readonly store: StoreContext;
  readonly vaultKey: Uint8Array;
  readonly now: () => EpochMs;
  readonly perSecond?: number;
  /** Told of each answer once what it says is on the disk. */
  readonly onAnswer?: (asked: TillAsk['type'], answer: TillAnswer) => void;
}): TillApi {
  const pageKey = couponPageKey(vaultKey);
  const deps: TillDeps = {
    ...store,
    memory: tillMemory(),
    couponOfPage: (token) => readCouponToken(token, pageKey),
  };
  const group = createGroup<TillRequest, PromiseSettledResult<Answered>>({
    work: (requests) => workAll(deps, requests, now),
    weigh: () => 1,
    most: MOST_A_COMMIT,
    atOnce: isPostgres(store.db) ? COMMITS_AT_ONCE : 1,
  });
  return {
    perSecond,
    async ask(request) {
      const settled = await group.submit(request);
      if (settled.status === 'rejected') throw settled.reason;
      onAnswer?.(request.ask.type, settled.value.answer);
      return settled.value;
    },
    list: (asker, query) => listAtTill(deps, query, asker, now()),
  };
}

/** What is plain goes together; the rest one after another, where a fault of one is not another's. */
async function workAll(
  deps: TillDeps,
  requests: readonly TillRequest[],
  now: () => EpochMs,
): Promise<PromiseSettledResult<Answered>[]> {
  // What breaks among many may be one of them alone; each then hears of its own.
  const plain = await redeemMany(deps, requests, now()).catch(() => new Map<TillRequest, Answered>());
  const rest = requests.filter((request) => !plain.has(request));
  const ends = await (isPostgres(deps.db) ? workBeside : workTogether)(deps, rest, now);
  const settled = new Map(rest.map((request, index) => [request, ends[index] as PromiseSettledResult<Answered>]));
  return requests.map((request) => {
    const value = plain.get(request);
    return value === undefined
      ? (settled.get(request) as PromiseSettledResult<Answered>)
      : { status: 'fulfilled', value };
  });
}

/** One after another in one transaction; where that breaks, each for itself. */
async function workTogether(
  deps: TillDeps,
  requests: readonly TillRequest[],
  now: () => EpochMs,
): Promise<PromiseSettledResult<Answered>[]> {
  if (requests.length === 0) return [];
  try {
    const answers = await workTill(deps, requests, now());
    return answers.map((value) => ({ status: 'fulfilled', value }));
  } catch (reason) {
    if (requests.length === 1) return [{ status: 'rejected', reason }];
    const settled: PromiseSettledResult<Answered>[] = [];
    for (const request of requests) settled.push(...(await workTogether(deps, [request], now)));
    return settled;
  }
}

/** On PostgreSQL they need not wait for one another, as long as there are connections. */
async function workBeside(
  deps: TillDeps,
  requests: readonly TillRequest[],
  now: () => EpochMs,
): Promise<PromiseSettledResult<Answered>[]> {
  const settled: PromiseSettledResult<Answered>[] = [];
  for (let from = 0; from < requests.length; from += CONNECTIONS) {
    const part = requests.slice(from, from + CONNECTIONS);
    settled.push(...(await Promise.all(part.map((request) => workTogether(deps, [request], now)))).flat());
  }
  return settled;
}
