import { expect, it, onTestFinished, vi } from 'vitest';
import { pharos } from './cli/capture.fixture.ts';
import { campaign, openUplink, openWorld, openWorldWith, PUSHING, STORE } from './cloud.fixture.ts';
import { CHANNEL } from './sandbox/platform/platform.fixture.ts';
import { eventually } from './sandbox/sandbox.fixture.ts';
import { openDatabase } from './store/database.ts';

const figures = async (url: string): Promise<Map<string, number>> => {
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=/);
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
};

it('counts every hop of a journey, and neither figures nor log name anybody', async () => {
  const world = await openWorld(campaign('tea', PUSHING));
  await world.sandbox.control('PUT', '/settings', { quota: { type: 'limited', value: 200 } });
  const alice = await world.friend();
  const event = await world.enters(alice);
  await world.settled(event.sourceId);
  const [message] = await world.chat(alice);
  const [, code = ''] = (message?.message.text ?? '').split(': ');
  expect(code).not.toBe('');

  const told = await figures(world.httpUrl());
  expect(told.get('pharos_events_total{ear="line"}')).toBe(2);
  expect(told.get('pharos_decisions_total{outcome="granted",reason=""}')).toBe(1);
  expect(told.get('pharos_deliveries_created_total{route="push"}')).toBe(1);
  expect(told.get('pharos_line_calls_total{route="push",outcome="accepted"}')).toBe(1);
  expect(told.get('pharos_deliveries_settled_total{route="push",state="accepted",reason=""}')).toBe(1);
  expect(told.get('pharos_webhook_seconds_count{status="200"}')).toBe(2);
  expect(told.get('pharos_waiting{queue="pushes"}')).toBe(0);
  expect(told.get('process_cpu_seconds_total')).toBeGreaterThan(0);

  for (const [key, outcome] of [
    ['a', 'done'],
    ['a', 'replayed'],
    ['b', 'already_redeemed'],
  ] as const) {
    await pharos(['coupon', 'redeem', code, '--channel', STORE, '--key', key], world.env());
    const till = await figures(world.httpUrl());
    expect(till.get(`pharos_till_requests_total{asked="redeem",outcome="${outcome}"}`)).toBe(1);
  }

  await world.stop();
  const log = world.log();
  expect(log).toContain('delivery accepted');
  for (const secret of [alice, code, code.replaceAll('-', ''), CHANNEL.accessToken, CHANNEL.secret]) {
    expect(log).not.toContain(secret);
  }
  expect(log).not.toMatch(/U[0-9a-f]{32}/);
});

it('does not push what LINE would not take any more this month, and says why', async () => {
  const world = await openWorld(campaign('tea', PUSHING));
  await world.sandbox.control('PUT', '/settings', { quota: { type: 'limited', value: 1 } });
  // What another process read a moment ago is believed.
  world.skip(11 * 60_000);
  await world.stop();
  await world.start();
  const [alice, bob] = [await world.friend(), await world.friend()];
  await world.settled((await world.enters(alice)).sourceId);
  expect((await world.enters(bob)).decisions).toMatchObject([{ outcome: 'refused', reason: 'quota_exhausted' }]);
  expect(await world.chat(bob)).toEqual([]);
  const told = await figures(world.httpUrl());
  expect(told.get('pharos_line_quota_left')).toBe(0);
});

it('is ready, and tells what is wrong although it takes events in', async () => {
  const world = await openWorld(campaign('tea', PUSHING));
  const ready = async () => (await (await fetch(`${world.httpUrl()}/readyz`)).json()) as { trouble?: string[] };
  expect(await ready()).toEqual({ ready: true });
});

it('is not ready while events cannot be worked off, and says it in the log once', async () => {
  const world = await openWorld();
  const db = await openDatabase(world.database);
  onTestFinished(() => db.destroy());
  const ready = () => fetch(`${world.httpUrl()}/readyz`);
  const said = (words: string) => world.log().split(words).length - 1;

  const uplink = await openUplink(world);
  await db.schema.alterTable('event').renameTo('event_away').execute();
  void uplink.send(uplink.event(1)).catch(() => undefined);
  await eventually(async () => expect(said('"events wait"')).toBe(1));
  await eventually(async () => expect(said('"what nodes say cannot be kept and waits with them"')).toBe(1));
  expect((await ready()).status).toBe(200);
  const now = performance.now.bind(performance);
  const later = vi.spyOn(performance, 'now').mockImplementation(() => now() + 31_000);
  onTestFinished(() => later.mockRestore());
  const answer = await ready();
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({
    ready: false,
    reason: expect.stringMatching(
      /^events wait: each try has failed for 3\d s \((42P01|SQLITE_ERROR)\); the log says why; events of nodes wait with them: /,
    ),
  });

  await db.schema.alterTable('event_away').renameTo('event').execute();
  const back = await openUplink(world);
  await back.send(back.event(1));
  await eventually(async () => expect((await ready()).status).toBe(200));
  expect([said('"events wait"'), said('"events are worked off again"')]).toEqual([1, 1]);
});

it('keeps what waits while LINE does not accept the token, and says so', async () => {
  const wrong = { PHAROS_LINE_CHANNEL_ACCESS_TOKEN: 'an old one' };
  const world = await openWorldWith(wrong, campaign('tea', PUSHING));
  const alice = await world.friend();
  await world.enters(alice);
  await eventually(async () => {
    const { trouble = [] } = (await (await fetch(`${world.httpUrl()}/readyz`)).json()) as { trouble?: string[] };
    expect(trouble).toEqual([expect.stringMatching(/401.*PHAROS_LINE_CHANNEL_ACCESS_TOKEN/)]);
    expect(world.log()).toContain('LINE does not accept the channel access token');
    expect((await figures(world.httpUrl())).get('pharos_line_calls_total{route="push",outcome="unauthorized"}')).toBe(
      1,
    );
  });
  expect((await figures(world.httpUrl())).get('pharos_waiting{queue="pushes"}')).toBe(1);
});

it('sends with tokens LINE issues for channel id and secret', async () => {
  const issued = { PHAROS_LINE_CHANNEL_ID: CHANNEL.channelId, PHAROS_LINE_CHANNEL_ACCESS_TOKEN: 'an old one' };
  const world = await openWorldWith(issued, campaign('tea', PUSHING));
  const alice = await world.friend();
  expect(await world.settled((await world.enters(alice)).sourceId)).toMatchObject({ state: 'accepted' });
});
