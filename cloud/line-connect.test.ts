import { expect, it } from 'vitest';
import { openWorld } from './cloud.fixture.ts';
import type { LineReport } from './core/line-checks.ts';

const connect = async (world: Awaited<ReturnType<typeof openWorld>>, body: object = {}) => {
  const { status, body: report } = await world.admin('POST', '/line/connect', body);
  return { status, report: report as unknown as LineReport };
};
const found = ({ checks }: LineReport) => Object.fromEntries(checks.map(({ name, status }) => [name, status]));

it('sets the address, has LINE test it and reads the month', async () => {
  const world = await openWorld();
  await world.sandbox.control('PUT', '/settings', { webhookUrl: 'https://old.example/hook', quotaUsed: 7 });
  const { report } = await connect(world, { webhook: world.webhookUrl() });
  // The world plays another day than LINE's own clock shows, and that is noticed.
  expect(found(report)).toEqual({
    token: 'ok',
    answers: 'ok',
    clock: 'fail',
    address: 'ok',
    switch: 'ok',
    webhook: 'ok',
    quota: 'ok',
  });
  expect(report.checks.find(({ name }) => name === 'quota')?.finding).toContain('7 messages sent');
  expect(report.byHand.join()).toContain('0a1b2c3d4e');
});

it('with dryRun only looks', async () => {
  const world = await openWorld();
  await world.sandbox.control('PUT', '/settings', { webhookUrl: 'http://127.0.0.1:9/hook' });
  const { report } = await connect(world, { webhook: world.webhookUrl(), dryRun: true });
  expect(found(report)).toMatchObject({ address: 'fail', webhook: 'fail' });
  expect(report.checks.find(({ name }) => name === 'address')?.finding).toContain('http://127.0.0.1:9/hook');
  expect(report.ready).toBe(false);
});

it('names a switched-off webhook and a nearly used-up month', async () => {
  const world = await openWorld();
  const settings = { webhookActive: false, quota: { type: 'limited', value: 200 }, quotaUsed: 199 };
  await world.sandbox.control('PUT', '/settings', settings);
  const { report } = await connect(world, { webhook: world.webhookUrl() });
  expect(found(report)).toMatchObject({ switch: 'fail', quota: 'warn' });
  expect(report.checks.find(({ name }) => name === 'quota')?.finding).toContain('1 of 200');
});

it('refuses what is no address', async () => {
  const world = await openWorld();
  expect((await connect(world, { webhook: 'pharos.example' })).status).toBe(422);
});

it('leaves the address that works where the new one does not, and takes no other path', async () => {
  const world = await openWorld();
  const unreachable = 'http://127.0.0.1:9/line/webhook';
  const { report } = await connect(world, { webhook: unreachable });
  expect(found(report)).toMatchObject({ webhook: 'fail', address: 'fail' });
  const kept = (await connect(world, { dryRun: true })).report;
  expect(found(kept)).toMatchObject({ webhook: 'ok', address: 'ok' });
  expect((await connect(world, { webhook: `${world.httpUrl()}/` })).status).toBe(422);
});
