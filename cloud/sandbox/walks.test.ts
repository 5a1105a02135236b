import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { toHex } from '../../protocol/bytes.ts';
import { encodeLineSimple } from '../../protocol/frames/line-simple.ts';
import { decodeBtsnoop } from '../../protocol/hci/btsnoop.ts';
import { decodeEvent } from '../../protocol/hci/events.ts';
import { DeviceMessageHex, Hwid } from '../../protocol/ids.ts';
import { CHANNEL } from './platform/platform.fixture.ts';
import { signatureOf } from './platform/webhook.ts';
import { eventually, openSandbox } from './sandbox.fixture.ts';

const HWID = '0a1b2c3d4e';
const frameOf = (dm: string) => toHex(encodeLineSimple({ hwid: Hwid.parse(HWID), dm: DeviceMessageHex.parse(dm) }));
/** A LINE frame whose service data ends before the device message. */
const WITHOUT_DM = `0201060303 6ffe 0a16 6ffe 02 ${HWID} 7f`.replaceAll(' ', '');
const FAST = { approachMs: 400, pauseMs: 400, leaveMs: 200 };

const folder = mkdtempSync(join(tmpdir(), 'sandbox-walks-'));
const received: { body: string; signature: unknown }[] = [];
let air: ChildProcess;
let sandbox: Awaited<ReturnType<typeof openSandbox>>;
const bot = createServer((incoming, response) => {
  let body = '';
  incoming.on('data', (chunk) => {
    body += chunk;
  });
  incoming.on('end', () => {
    received.push({ body, signature: incoming.headers['x-line-signature'] });
    response.end();
  });
});

beforeAll(async () => {
  const airSocket = join(folder, 'air.sock');
  const airControl = join(folder, 'air.ctl');
  air = spawn(process.execPath, ['scripts/lab/virtual-air.ts', '--unix', airSocket, '--ctl', airControl]);
  if (air.stdout === null) throw new Error('the air has no stdout');
  await once(air.stdout, 'data');
  await new Promise<void>((resolve) => bot.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(bot.address() as AddressInfo).port}/line/webhook`;
  const settings = { webhookUrl, hwids: [Hwid.parse(HWID)] };
  sandbox = await openSandbox({ airSocket, airControl, traceDir: join(folder, 'trace'), settings });
});
afterAll(async () => {
  await sandbox.close();
  bot.closeAllConnections();
  bot.close();
  air.kill();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  received.length = 0;
});

const walk = async (request: object) => (await sandbox.control('POST', '/walk', { ...FAST, ...request })).body;
const beaconEvents = () => received.map(({ body }) => JSON.parse(body).events[0]);

it('a phone hears a LINE frame on the air, and a signed webhook arrives', async () => {
  const result = await walk({ rogue: { payload: frameOf('beef') } });
  expect(result).toMatchObject({
    userId: expect.stringMatching(/^U[0-9a-f]{32}$/),
    heard: { hwid: HWID, dm: 'beef' },
    verdict: 'first_contact',
    staying: false,
  });
  expect(result.adverts['line-simple-beacon']).toBeGreaterThan(1);
  await eventually(() => expect(received).toHaveLength(1));
  expect(received[0]?.signature).toBe(signatureOf(CHANNEL.secret, received[0]?.body ?? ''));
  expect(beaconEvents()).toMatchObject([
    {
      type: 'beacon',
      webhookEventId: result.webhookEventId,
      source: { userId: result.userId },
      beacon: { hwid: HWID, type: 'enter', dm: 'beef' },
    },
  ]);
});

it.each([
  ['a stranger', { user: { friend: false } }, frameOf('00'), 'not_a_friend', 'line-simple-beacon'],
  ['a frame without a device message', {}, WITHOUT_DM, 'nothing_heard', 'line-dm-missing'],
])('no webhook for %s', async (_case, who, payload, verdict, heardAs) => {
  const result = await walk({ ...who, rogue: { payload } });
  expect(result).toMatchObject({ verdict });
  expect(result.adverts[heardAs]).toBeGreaterThan(0);
  expect(received).toEqual([]);
});

it('a card is heard as the iBeacon it is', async () => {
  const card = { uuid: 'D0D2CE24-9EFC-11E5-82C4-1C6A7A17EF38', major: 1, minor: 2 };
  const result = await walk({ card });
  expect(result.adverts).toEqual({ ibeacon: expect.any(Number) });
  expect(await walk({ card, withPhone: false })).toMatchObject({ verdict: 'no_phone' });
});

it('hears nothing from beyond earshot, and the shop from the door', async () => {
  const shop = await walk({
    withPhone: false,
    leaves: false,
    fromM: 0,
    toM: 0,
    approachMs: 0,
    pauseMs: 0,
    rogue: { payload: frameOf('00') },
  });
  expect(shop.staying).toBe(true);
  const far = await walk({ fromM: 5_000, toM: 4_000 });
  expect(far).toMatchObject({ verdict: 'nothing_heard', adverts: {} });
  const near = await walk({ userId: far.userId });
  expect(near.verdict).toBe('first_contact');
  expect(await walk({ userId: far.userId })).toMatchObject({ verdict: 'still_in_range' });
  await sandbox.control('POST', `/users/${far.userId}/restart-line`);
  expect(await walk({ userId: far.userId })).toMatchObject({ verdict: 'first_contact' });
  await sandbox.control('PUT', '/settings', { reenterAfterMs: 1_000 });
  expect(await walk({ userId: far.userId, fromM: 5_000, approachMs: 1_500 })).toMatchObject({ verdict: 'came_back' });
  await sandbox.control('PUT', '/settings', { reenterAfterMs: 30_000 });
  await eventually(() => expect(received).toHaveLength(3));
  expect((await sandbox.control('DELETE', `/walks/${shop.walkId}`)).status).toBe(200);
  expect((await sandbox.control('DELETE', `/walks/${shop.walkId}`)).status).toBe(404);
});

it('traces every radio in a file Wireshark opens', async () => {
  const { walkId } = await walk({ rogue: { payload: frameOf('ab') } });
  const files = readdirSync(join(folder, 'trace'));
  expect(files).toEqual(expect.arrayContaining([`${walkId}-phone.btsnoop`, `${walkId}-tag-1.btsnoop`]));
  await eventually(() => {
    const trace = decodeBtsnoop(readFileSync(join(folder, 'trace', `${walkId}-phone.btsnoop`)));
    if (!trace.ok) throw new Error(trace.reject.detail);
    const heard = trace.value
      .map(({ packet }) => decodeEvent(packet))
      .filter((event) => event?.kind === 'advertising-reports');
    expect(heard.length).toBeGreaterThan(0);
  });
});
