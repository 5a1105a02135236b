import { describe, expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { lastAttemptAt, REPLY_QUEUE_MS } from '../core/deliver/settle.ts';
import { senderQueue } from '../store/sender-queue.ts';
import {
  campaignDocument,
  NODE,
  newEvent,
  newMember,
  nodeDocument,
  openStore,
  storeDocument,
  T0,
  TEA,
} from '../store/testing.fixture.ts';
import { dispatch } from './dispatch.ts';

const offer = (text: string) => ({
  coupon: { value: { percent: 20 }, redeemableAt: ['*'] },
  message: { template: 'm.json', sources: { default: `{"type":"text","text":"${text}"}` } },
});

/** Somebody entered with a reply token, and the event waited `waitedMs` after its receipt. */
async function enterAfter(waitedMs: number, text = '{{ coupon.code }}') {
  const store = await openStore();
  await store.apply(storeDocument(), nodeDocument(), campaignDocument({ offer: offer(text) }));
  const registry = await store.repos.registry();
  const node = await registry.node(NODE);
  if (node === undefined) throw new Error('the node was not applied');
  const member = await newMember(store);
  const event = newEvent();
  const now = epochMs(T0 + waitedMs);
  const consent = { action: 'granted', source: 'test' } as const;
  const offers = await registry.offers({ trigger: 'enter', ear: 'line' }, node.place);
  const occurrence = {
    ...{ event, stored: false, node, member, consent, facts: {}, offers },
    trust: 'signed',
    trigger: 'enter',
    replyToken: 'token',
  } as const;
  const { deliveries, unmade } = await dispatch(store.repos, store.mint, [occurrence], now);
  return { store, event, now, deliveries, unmade };
}

describe('a reply token that ages while its event waits', () => {
  it.each([0, 20_000, 39_999])('after %d ms leaves the sender its time', async (waitedMs) => {
    const { store, now, deliveries } = await enterAfter(waitedMs);
    expect(deliveries).toBe(1);
    const turned = await senderQueue(store).turn([], { now, limit: 1, leaseMs: 1_000, random: 0 });
    const [claimed] = turned.claimed;
    expect(claimed).toMatchObject({ route: 'reply', replyToken: 'token' });
    if (claimed !== undefined) expect(lastAttemptAt(claimed) - now).toBeGreaterThanOrEqual(REPLY_QUEUE_MS);
  });

  it.each([40_000, 46_000, 49_999])('after %d ms gives no right that could only expire', async (waitedMs) => {
    const { store, deliveries } = await enterAfter(waitedMs);
    expect(deliveries).toBe(0);
    expect(await store.db.selectFrom('coupon').select('id').execute()).toEqual([]);
  });
});

it('tells which message could not be made, and why', async () => {
  const { event, deliveries, unmade } = await enterAfter(0, '{{ coupon.kode }}');
  expect(deliveries).toBe(0);
  expect(unmade).toEqual([
    { event: event.id, campaign: TEA, complaint: expect.stringMatching(/^template-syntax: .*coupon\.kode/) },
  ]);
});
