import { expect, it } from 'vitest';
import { pharos } from './cli/capture.fixture.ts';
import { campaign, openWorld, openWorldWith, PUSHING, STORE } from './cloud.fixture.ts';
import { CHANNEL } from './sandbox/platform/platform.fixture.ts';
import { eventually } from './sandbox/sandbox.fixture.ts';

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
