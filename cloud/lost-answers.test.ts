import { expect, it } from 'vitest';
import { campaign, openWorld, PUSHING, type World } from './cloud.fixture.ts';

const plant = (world: World, kind: string, endpoint: string) =>
  world.sandbox.control('PUT', '/faults', { api: [{ kind, endpoint, times: 1 }] });

it('a lost answer means once more, by the same token or key, and one message seen', async () => {
  // One coupon is left to reply with; whoever comes next is sent a push. Both wait for the same real time-out.
  const world = await openWorld(campaign('last', { priority: 9, limits: { stock: 1 } }), campaign('next', PUSHING));
  const [alice, bob] = [await world.friend(), await world.friend()];
  const kind = 'timeout_after';
  const lost = ['reply', 'push'].map((endpoint) => ({ kind, endpoint, times: 1 }));
  await world.sandbox.control('PUT', '/faults', { api: lost });
  const [replied, pushed] = [await world.enters(alice), await world.enters(bob)];

  expect(await world.settled(replied.sourceId)).toMatchObject({
    route: 'reply',
    state: 'accepted',
    attempts: [{ outcome: 'no-answer' }, { outcome: 'invalid-reply-token' }],
  });
  const push = await world.settled(pushed.sourceId);
  expect(push).toMatchObject({
    route: 'push',
    state: 'accepted',
    attempts: [{ outcome: 'no-answer' }, { outcome: 'accepted-before' }],
  });
  expect((await world.calls()).filter(({ endpoint }) => endpoint === 'push')).toMatchObject([
    { status: 'no_answer', retryKey: push.retryKey },
    { status: 409, retryKey: push.retryKey },
  ]);
  expect(await world.chat(alice)).toHaveLength(1);
  expect(await world.chat(bob)).toHaveLength(1);
});

it('a push LINE failed at is repeated with its key', async () => {
  const world = await openWorld(campaign('tea', PUSHING));
  const alice = await world.friend();
  await plant(world, 'error_500', 'push');
  const event = await world.enters(alice);
  const delivery = await world.settled(event.sourceId);
  expect(delivery).toMatchObject({ state: 'accepted', attempts: [{ outcome: 'no-answer' }, { outcome: 'accepted' }] });
  expect(await world.calls()).toMatchObject([
    { status: 500, retryKey: delivery.retryKey },
    { status: 200, retryKey: delivery.retryKey },
  ]);
  expect(await world.chat(alice)).toHaveLength(1);
});

/** By the time LINE looks at a reply its token is dead. */
const killTokens = (world: World) =>
  world.sandbox.control('PUT', '/settings', { replyTokenLifeMs: 1, apiLatencyMs: 50 });
const REPLY_OR_PUSH = { ...PUSHING, delivery: { prefer: 'reply', fallback: 'push' } };

it('a reply whose token died falls back to a push where the campaign says so', async () => {
  const world = await openWorld(campaign('tea', REPLY_OR_PUSH));
  const alice = await world.friend();
  await killTokens(world);
  const event = await world.enters(alice);
  expect(await world.settled(event.sourceId)).toMatchObject({
    state: 'accepted',
    route: 'push',
    attempts: [{ outcome: 'invalid-reply-token' }, { outcome: 'accepted' }],
  });
  expect(await world.chat(alice)).toMatchObject([{ via: 'push' }]);
});

it('but not while the reply may have arrived', async () => {
  const world = await openWorld(campaign('tea', REPLY_OR_PUSH));
  const alice = await world.friend();
  await plant(world, 'error_500_after', 'reply');
  const event = await world.enters(alice);
  expect(await world.settled(event.sourceId)).toMatchObject({ state: 'accepted', route: 'reply' });
  expect(await world.chat(alice)).toMatchObject([{ via: 'reply' }]);
});

it('a coupon nobody could be shown is taken back', async () => {
  const world = await openWorld(campaign('tea', { limits: { stock: 1 } }));
  const alice = await world.friend();
  await killTokens(world);
  const event = await world.enters(alice);
  expect(await world.settled(event.sourceId)).toMatchObject({ state: 'parked', parkReason: 'reply_token_dead' });
  const { body } = await world.admin('GET', `/explain/${event.sourceId}`);
  expect(body).toMatchObject({ events: [{ decisions: [{ coupon: { state: 'revoked' } }] }] });
  await world.sandbox.control('PUT', '/settings', { replyTokenLifeMs: 60_000 });
  const bob = await world.friend();
  expect(await world.settled((await world.enters(bob)).sourceId)).toMatchObject({ state: 'accepted' });
});
