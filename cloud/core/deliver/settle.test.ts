import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import {
  type AttemptOutcome,
  type DeliveryFacts,
  expire,
  lastAttemptAt,
  REPLY_RETRY_FOR_MS,
  RETRY_KEY_LIFE_MS,
  type SettleStep,
  settle,
} from './settle.ts';

const T0 = epochMs(1_000_000);
const HOUR = 3600_000;
const at = (ms: number) => epochMs(T0 + ms);
const REPLY: DeliveryFacts = {
  route: 'reply',
  createdAt: T0,
  attempts: 1,
  inDoubt: false,
  notAfter: at(HOUR),
  tokenReceivedAt: T0,
  fallback: 'none',
};
const PUSH: DeliveryFacts = { ...REPLY, route: 'push', notAfter: at(48 * HOUR) };

const OUTCOMES: Readonly<Record<AttemptOutcome['at'], AttemptOutcome>> = {
  accepted: { at: 'accepted', requestId: 'r1' },
  'accepted-before': { at: 'accepted-before', requestId: 'r0' },
  'invalid-reply-token': { at: 'invalid-reply-token' },
  refused: { at: 'refused', status: 400, message: 'no' },
  unauthorized: { at: 'unauthorized' },
  'rate-limited': { at: 'rate-limited' },
  'too-many': { at: 'too-many', message: 'too much' },
  'quota-exhausted': { at: 'quota-exhausted' },
  'not-sent': { at: 'not-sent', detail: 'ECONNREFUSED' },
  'no-answer': { at: 'no-answer', detail: 'TimeoutError' },
};

/** A step in a word or two. */
function said(step: SettleStep): string {
  switch (step.to) {
    case 'ready':
    case 'push':
      return step.inDoubt ? `${step.to} in doubt` : step.to;
    case 'parked':
      return `${step.reason}${step.giveBack ? ', given back' : ''}`;
    default:
      return step.to;
  }
}

describe('one attempt', () => {
  /** Columns: first attempt · earlier one in doubt · first, but time is up · in doubt, and time is up. */
  const TABLE: readonly [route: 'reply' | 'push', outcome: AttemptOutcome['at'], ...steps: string[]][] = [
    ['reply', 'accepted', 'accepted', 'accepted', 'accepted', 'accepted'],
    [
      'reply',
      'invalid-reply-token',
      'reply_token_dead, given back',
      'accepted',
      'reply_token_dead, given back',
      'accepted',
    ],
    ['reply', 'refused', 'refused_by_line, given back', 'unknown', 'refused_by_line, given back', 'unknown'],
    ['reply', 'unauthorized', 'ready', 'ready in doubt', 'unauthorized, given back', 'unknown'],
    ['reply', 'rate-limited', 'ready', 'ready in doubt', 'expired, given back', 'unknown'],
    ['reply', 'too-many', 'ready', 'ready in doubt', 'expired, given back', 'unknown'],
    ['reply', 'not-sent', 'ready', 'ready in doubt', 'expired, given back', 'unknown'],
    ['reply', 'no-answer', 'ready in doubt', 'ready in doubt', 'unknown', 'unknown'],
    ['push', 'accepted', 'accepted', 'accepted', 'accepted', 'accepted'],
    ['push', 'accepted-before', 'accepted', 'accepted', 'accepted', 'accepted'],
    ['push', 'refused', 'refused_by_line, given back', 'unknown', 'refused_by_line, given back', 'unknown'],
    ['push', 'unauthorized', 'ready', 'ready in doubt', 'unauthorized, given back', 'unknown'],
    ['push', 'rate-limited', 'ready', 'ready in doubt', 'expired, given back', 'unknown'],
    ['push', 'quota-exhausted', 'quota_exhausted, given back', 'unknown', 'quota_exhausted, given back', 'unknown'],
    ['push', 'too-many', 'ready', 'ready in doubt', 'expired, given back', 'unknown'],
    ['push', 'not-sent', 'ready', 'ready in doubt', 'expired, given back', 'unknown'],
    ['push', 'no-answer', 'ready in doubt', 'ready in doubt', 'unknown', 'unknown'],
  ];

  it.each(TABLE)('%s, %s', (route, outcome, ...steps) => {
    const delivery = route === 'reply' ? REPLY : PUSH;
    const timeUp = lastAttemptAt(delivery);
    const told = [at(1), timeUp].flatMap((now) =>
      [false, true].map((inDoubt) => said(settle({ ...delivery, inDoubt }, OUTCOMES[outcome], now, 0.5))),
    );
    expect(told).toEqual(steps);
  });

  it('falls back to a push wherever a reply would be given up', () => {
    const delivery = { ...REPLY, fallback: 'push' } as const;
    const step = (outcome: AttemptOutcome['at'], inDoubt: boolean, now: number) =>
      said(settle({ ...delivery, inDoubt }, OUTCOMES[outcome], at(now), 0));
    expect(step('invalid-reply-token', false, 1)).toBe('push');
    expect(step('refused', true, 1)).toBe('push in doubt');
    expect(step('no-answer', false, REPLY_RETRY_FOR_MS)).toBe('push in doubt');
    expect(step('invalid-reply-token', true, 1)).toBe('accepted');
    expect(said(expire({ ...PUSH, fallback: 'push' }))).toBe('expired, given back');
  });

  it('keeps the request id LINE accepted', () => {
    expect(settle(PUSH, OUTCOMES['accepted-before'], at(1), 0)).toEqual({ to: 'accepted', requestId: 'r0' });
  });
});

describe('time', () => {
  it.each([
    ['a reply has a good part of its token', REPLY, REPLY_RETRY_FOR_MS],
    ['counted from the webhook', { ...REPLY, createdAt: at(9_000) }, REPLY_RETRY_FOR_MS],
    ['but no longer than the shop is open', { ...REPLY, notAfter: at(10_000) }, 10_000],
    ['a push has the life of its key', PUSH, RETRY_KEY_LIFE_MS],
    ['but no longer than it is useful', { ...PUSH, notAfter: at(60_000) }, 60_000],
  ])('%s', (_name, delivery, wanted) => {
    expect(lastAttemptAt(delivery)).toBe(at(wanted));
  });

  it('backs off, with jitter, to a minute at most', () => {
    const waits = (random: number) =>
      [1, 2, 3, 7, 8, 30].map((attempts) => {
        const step = settle({ ...PUSH, attempts }, OUTCOMES['rate-limited'], T0, random);
        return step.to === 'ready' ? step.at - T0 : undefined;
      });
    expect(waits(0)).toEqual([250, 500, 1_000, 16_000, 30_000, 30_000]);
    expect(waits(0.999)[5]).toBeGreaterThan(59_000);
    const tooMany = settle(PUSH, OUTCOMES['too-many'], T0, 0);
    expect(tooMany).toEqual({ to: 'ready', at: at(5_000), inDoubt: false });
  });
});

describe('a whole delivery, whatever LINE does', () => {
  const outcome = (route: 'reply' | 'push') =>
    fc.constantFrom(
      ...Object.values(OUTCOMES).filter(({ at: name }) =>
        route === 'reply' ? name !== 'accepted-before' && name !== 'quota-exhausted' : name !== 'invalid-reply-token',
      ),
    );
  const walk = fc.record({
    route: fc.constantFrom('reply', 'push'),
    fallback: fc.constantFrom('none', 'push'),
    notAfterMs: fc.integer({ min: 0, max: 30 * HOUR }),
    replies: fc.infiniteStream(outcome('reply')),
    pushes: fc.infiniteStream(outcome('push')),
    tookMs: fc.infiniteStream(fc.nat(5_000)),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });

  it('ends, never forgets a doubt, and gives nothing back that may have been shown', () => {
    const ends = new Set<string>();
    fc.assert(
      fc.property(walk, (given) => {
        const { route, fallback } = given;
        let delivery: DeliveryFacts = { ...REPLY, route, fallback, notAfter: at(given.notAfterMs), attempts: 0 };
        let now = T0;
        let doubted = false;
        let invalidAfterDoubt = false;
        for (let rounds = 0; rounds < 5_000; rounds++) {
          const isReply = delivery.route === 'reply';
          let step: SettleStep;
          delivery = { ...delivery, attempts: delivery.attempts + 1 };
          if (now > lastAttemptAt(delivery)) step = expire(delivery);
          else {
            const answer = (isReply ? given.replies : given.pushes).next().value ?? OUTCOMES.accepted;
            now = epochMs(now + (given.tookMs.next().value ?? 0));
            doubted ||= answer.at === 'no-answer';
            invalidAfterDoubt = answer.at === 'invalid-reply-token' && doubted;
            step = settle(delivery, answer, now, given.random);
          }
          if (step.to === 'ready' || step.to === 'push') {
            expect(step.inDoubt).toBe(doubted);
            if (step.to === 'push') expect([delivery.route, fallback]).toEqual(['reply', 'push']);
            if (step.to === 'ready') expect([step.at > now, Number.isInteger(step.at)]).toEqual([true, true]);
            const nextRoute = step.to === 'push' ? 'push' : delivery.route;
            delivery = { ...delivery, route: nextRoute, inDoubt: step.inDoubt };
            now = step.to === 'ready' ? step.at : now;
            continue;
          }
          ends.add(step.to);
          if (step.to === 'parked') expect([step.giveBack, doubted]).toEqual([true, false]);
          if (step.to === 'unknown') expect(doubted).toBe(true);
          if (invalidAfterDoubt) expect(step.to).toBe('accepted');
          return;
        }
        throw new Error('never ended');
      }),
      { seed: 11, numRuns: 1_000 },
    );
    expect([...ends].sort()).toEqual(['accepted', 'parked', 'unknown']);
  });
});
