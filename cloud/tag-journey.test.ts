import { describe, expect, it } from 'vitest';
import { campaign, NODE, openUplink, openWorld, PUSHING, said, TAG, type World } from './cloud.fixture.ts';

/** A friend who carries a registered tag. */
async function carrier(world: World): Promise<string> {
  const userId = await world.friend();
  const { kind: _kind, ...tag } = TAG;
  const { status } = await world.admin('POST', `/members/${await world.memberOf(userId)}/tags`, {
    ...tag,
    wording: 'tags-v1',
  });
  expect(status).toBe(200);
  return userId;
}

describe('a node hears a tag', () => {
  it('and its carrier gets a push', async () => {
    const world = await openWorld(campaign('tea', PUSHING), campaign('replies-only'));
    const alice = await carrier(world);
    const uplink = await openUplink(world);
    expect(await uplink.send(uplink.event(1))).toEqual({ v: 1, epoch: uplink.epoch, done: [[1, 1]], rejected: [] });

    const sourceId = `${NODE}:${uplink.epoch}:1`;
    const delivery = await world.settled(sourceId);
    expect(delivery).toMatchObject({ route: 'push', state: 'accepted' });
    expect(await world.calls()).toMatchObject([{ endpoint: 'push', status: 200, retryKey: delivery.retryKey }]);
    expect(await world.chat(alice)).toMatchObject([{ via: 'push' }]);
    const event = await world.worked(sourceId);
    expect(event).toMatchObject({ ear: 'tag', trust: 'node', node: NODE });
    expect(said(event)).toEqual({ tea: 'granted' });
    expect(event.others).toEqual([{ campaign: 'replies-only', why: expect.stringContaining('no reply token') }]);
  });

  it('and a repeated batch is acked again and changes nothing', async () => {
    const world = await openWorld(campaign('tea', PUSHING));
    const alice = await carrier(world);
    const uplink = await openUplink(world);
    const batch = [uplink.event(1), uplink.event(2, { type: 'dwell', presentMs: 60_000 })];
    const first = await uplink.send(...batch);
    await world.settled(`${NODE}:${uplink.epoch}:1`);
    expect(await uplink.send(...batch)).toEqual(first);
    expect(first.done).toEqual([[1, 2]]);
    expect((await world.admin('GET', '/events')).body['events']).toHaveLength(3);
    expect(await world.chat(alice)).toHaveLength(1);
  });

  it('and one row it cannot have meant blocks none of the others', async () => {
    const world = await openWorld();
    const uplink = await openUplink(world);
    const ack = await uplink.send(
      uplink.event(1),
      uplink.event(2, { subject: { kind: 'ibeacon' } }),
      uplink.event(3, { type: 'levitate' }),
      {
        seq: 4,
        type: 'loss',
        dropped: 7,
        reason: 'disk full',
        at: world.now(),
        monoMs: 1,
        boot: 'b0b0b0b0',
        clock: 'synced',
      },
      {
        seq: 5,
        type: 'footfall',
        count: 0,
        windowMs: 300_000,
        at: world.now(),
        monoMs: 1,
        boot: 'b0b0b0b0',
        clock: 'synced',
      },
    );
    expect(ack.done).toEqual([
      [1, 1],
      [4, 5],
    ]);
    expect(ack.rejected).toEqual([
      { seq: 2, code: 'malformed' },
      { seq: 3, code: 'unknown_type' },
    ]);
  });

  it('and nobody is known behind it', async () => {
    const world = await openWorld(campaign('tea', PUSHING));
    const uplink = await openUplink(world);
    await uplink.send(uplink.event(1));
    const event = await world.worked(`${NODE}:${uplink.epoch}:1`);
    expect(said(event)).toEqual({ tea: 'unknown_subject' });
    expect(event).not.toHaveProperty('visit');
  });

  it.each([
    ['too long ago in this boot', { monoMs: 0 }, { freshFor: 'PT9S' }],
    ['before a restart, by a good clock', { boot: 'a0a0a0a0', at: Date.parse('2026-12-15T03:00:00Z') }, {}],
    ['before a restart, by no clock', { boot: 'a0a0a0a0', clock: 'unsynced' }, {}],
  ])('but %s', async (_name, given, spec) => {
    const world = await openWorld(campaign('tea', { ...PUSHING, ...spec }));
    const alice = await carrier(world);
    const uplink = await openUplink(world);
    await uplink.send(uplink.event(1, given));
    expect(said(await world.worked(`${NODE}:${uplink.epoch}:1`))).toEqual({ tea: 'late_event' });
    expect(await world.chat(alice)).toEqual([]);
  });
});

it('both ears belong to one visit', async () => {
  const world = await openWorld(campaign('tea', PUSHING));
  const alice = await carrier(world);
  const heard = await world.enters(alice);
  expect(said(heard)).toEqual({ tea: 'granted' });
  const uplink = await openUplink(world);
  await uplink.send(uplink.event(1));
  const sensed = await world.worked(`${NODE}:${uplink.epoch}:1`);
  expect(said(sensed)).toEqual({ tea: 'visit_continues' });
  expect(sensed.visit).toBe(heard.visit);
});
