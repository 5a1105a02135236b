import { expect, it } from 'vitest';
import { campaign, HWID, NODE, openWorld, said, type World } from './cloud.fixture.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

interface Told {
  readonly kind: string;
  readonly times: number;
  readonly [field: string]: unknown;
}
const alertsOf = async (world: World): Promise<Told[]> =>
  ((await world.admin('GET', '/alerts')).body['alerts'] as Told[]).toSorted((a, b) => (a.kind < b.kind ? -1 : 1));

it('frames that do not fit are told, each once a day with its evidence, and nobody by name', async () => {
  const world = await openWorld(campaign('tea'));
  const [alice, bob] = [await world.friend(), await world.friend()];
  const copied = world.dm(DAY);
  const forged = `${world.dm().slice(0, -2)}00`;
  const foreign = 'cafe';
  const fresh = world.dm(15 * MINUTE);
  const first = await world.enters(alice, copied);
  const again = await world.enters(bob, copied);
  for (const dm of [forged, foreign, fresh]) {
    expect(said(await world.enters(alice, dm))).toEqual({ tea: 'untrusted_beacon' });
  }
  expect(first.id).not.toBe(again.id);

  const alerts = await alertsOf(world);
  expect(alerts).toMatchObject([
    { kind: 'foreign-message', times: 1, hwid: HWID, dm: foreign },
    { kind: 'forged-frame', times: 1, hwid: HWID, node: NODE, dm: forged },
    { kind: 'node-clock', times: 1, hwid: HWID, node: NODE, dm: fresh, offMs: -15 * MINUTE },
    { kind: 'replayed-frame', times: 2, hwid: HWID, node: NODE, dm: copied, offMs: -DAY, event: again.id },
  ]);
  for (const { advice } of alerts) expect(advice).toMatch(/\w/);
  const text = JSON.stringify(alerts);
  for (const person of [alice, bob, await world.memberOf(alice), await world.memberOf(bob)]) {
    expect(text).not.toContain(person);
  }
});

it('what our own door says is no reason for an alert', async () => {
  const world = await openWorld(campaign('tea'));
  expect(said(await world.enters(await world.friend()))).toEqual({ tea: 'granted' });
  expect(await alertsOf(world)).toEqual([]);
});
