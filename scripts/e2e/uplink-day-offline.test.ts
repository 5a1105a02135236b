import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { call, until } from '../demo/api.ts';
import { type Children, createChildren } from '../demo/children.ts';

const ROOT = join(import.meta.dirname, '../..');
const CARD = { uuid: 'f7826da6-4fa2-4e98-8024-bc5b71e0893e', major: 1, minor: 42 };
const SECRET = '0123456789abcdef0123456789abcdef';
const USER = `U${'ab'.repeat(16)}`;
const NODE = 'taipei-1-door';

interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly ear: string;
  readonly sourceId: string;
  readonly state: string;
  readonly at: number;
  readonly receivedAt: number;
  readonly member?: string;
}

interface Explained {
  readonly events: readonly {
    readonly decisions: readonly {
      readonly campaign: string;
      readonly outcome: string;
      readonly reason?: string;
      readonly delivery?: unknown;
    }[];
  }[];
}

let dir = '';
let children: Children | undefined;
const line = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  response.setHeader('content-type', 'application/json');
  response.end('{}');
});
const asked: string[] = [];

afterEach(async () => {
  await children?.stopAll();
  line.close();
  rmSync(dir, { recursive: true, force: true });
});

it('a day offline with a clock that began in 1970: every event once, rightly dated, and nobody gets a message', {
  timeout: 60_000,
}, async () => {
  dir = mkdtempSync(join(tmpdir(), 'pharos-day-'));
  mkdirSync(join(dir, 'logs'));
  line.listen(0, '127.0.0.1');
  await once(line, 'listening');
  const lineAddress = line.address();
  const linePort = lineAddress !== null && typeof lineAddress === 'object' ? lineAddress.port : 0;
  children = createChildren(join(ROOT, 'dist'), join(dir, 'logs'));
  const cloud = await children.startReady<{ http: string }>('cloud', ['cloud/main.js', 'run'], {
    env: {
      PHAROS_DATA_DIR: dir,
      PHAROS_HTTP_PORT: '0',
      PHAROS_MQTT_PORT: '0',
      PHAROS_LINE_CHANNEL_SECRET: SECRET,
      PHAROS_LINE_CHANNEL_ACCESS_TOKEN: 'token',
      PHAROS_LINE_API_BASE: `http://127.0.0.1:${linePort}`,
    },
  });
  const token = readFileSync(join(dir, 'admin-token'), 'utf8').trim();
  const env = { PHAROS_SERVER: cloud.http, PHAROS_TOKEN: token, PHAROS_DATA_DIR: dir };
  const bundle = join(dir, 'bundle.json');
  const edgeDir = join(dir, 'edge');
  await children.run('apply', ['cloud/cli/main.js', 'apply', join(ROOT, 'scripts/demo/street')], { env });
  await children.run('node add', ['cloud/cli/main.js', 'node', 'add', NODE, '--store', 'taipei-1', '--out', bundle], {
    env,
  });
  await children.run('enroll', ['edge/cli.js', 'enroll', bundle, '--data-dir', edgeDir]);
  const member = await registerCard(cloud.http, token);

  const written = execFileSync(
    process.execPath,
    [join(ROOT, 'edge/day-offline-writer.fixture.ts'), join(edgeDir, 'edge.sqlite'), CARD.uuid, '1', '42'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as { type: string; at: number; isDated: boolean });
  const before = asked.length;
  children.start('uplink', ['edge/cli.js', '--data-dir', edgeDir, 'uplink']);

  const tagEvents = async (): Promise<EventRow[]> =>
    (await call<{ events: EventRow[] }>(`${cloud.http}/v1/events?limit=1000`, { token })).events.filter(
      ({ ear }) => ear === 'tag',
    );
  const settled = (rows: readonly EventRow[]): boolean =>
    rows.length >= written.length && rows.every(({ state }) => state === 'done');
  const rows = await until(tagEvents, settled, 20_000);
  expect(new Set(rows.map(({ sourceId }) => sourceId)).size).toBe(rows.length);
  const inOrder = rows.toSorted((a, b) => seqOf(a) - seqOf(b));
  expect(inOrder.map(({ type }) => type)).toEqual(written.map(({ type }) => type));
  for (const [index, { at, receivedAt }] of inOrder.entries()) {
    const truth = written[index];
    // Nobody can date what a boot before wrote in 1970: it counts as of its arrival, and as late.
    if (truth?.isDated === true) expect(Math.abs(at - truth.at)).toBeLessThan(1_000);
    else expect(at).toBe(receivedAt);
  }

  for (const { id } of rows.filter(({ type }) => type === 'enter')) {
    const { events } = await call<Explained>(`${cloud.http}/v1/explain/${id}`, { token });
    const decisions = events[0]?.decisions ?? [];
    expect(decisions.filter(({ delivery }) => delivery !== undefined)).toEqual([]);
    expect(decisions.find(({ campaign }) => campaign === 'club-tea')).toMatchObject({ reason: 'late_event' });
  }
  expect(asked.slice(before).filter((request) => /message\/(push|reply|multicast)/.test(request))).toEqual([]);
  expect(rows.every((row) => row.member === member)).toBe(true);
});

const seqOf = ({ sourceId }: EventRow): number => Number(sourceId.split(':').at(-1));

/** A friend whose key fob the shop has registered: the day's visits are hers, and a live one would get a push. */
async function registerCard(http: string, token: string): Promise<string> {
  const body = JSON.stringify({
    destination: `U${'00'.repeat(16)}`,
    events: [
      {
        type: 'follow',
        mode: 'active',
        timestamp: Date.now(),
        source: { type: 'user', userId: USER },
        webhookEventId: '01HXYZABCDEFGHJKMNPQRSTVWX',
        deliveryContext: { isRedelivery: false },
        replyToken: 'nHuyWiB7yP5Zw52FIkcQobQuGDXCTA',
        follow: { isUnblocked: false },
      },
    ],
  });
  const signature = createHmac('sha256', SECRET).update(body).digest('base64');
  const answer = await fetch(`${http}/line/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-line-signature': signature },
    body,
  });
  expect(answer.status).toBe(200);
  const { members } = await until(
    () =>
      call<{ members: { id: string }[] }>(`${http}/v1/members/find`, {
        method: 'POST',
        token,
        body: { lineUser: USER },
      }),
    ({ members: found }) => found.length > 0,
    5_000,
  );
  const member = members[0]?.id ?? '';
  await call(`${http}/v1/members/${member}/tags`, {
    method: 'POST',
    token,
    body: { ...CARD, wording: 'club-2026-01' },
  });
  return member;
}
