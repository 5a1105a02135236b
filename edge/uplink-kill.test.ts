import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BARE_BUNDLE } from './bare-node.fixture.ts';
import { createMosquitto, type Mosquitto } from './bench/drain/mosquitto.ts';
import { type AckPolicy, ackAll, startRecordingCloud } from './bench/drain/recording-cloud.ts';
import { mosquittoMissing } from './mosquitto.fixture.ts';
import { seeded } from './seeded.fixture.ts';
import { openDatabase } from './store/database.ts';
import { createOutbox } from './store/outbox.ts';

const LONG = process.env['PHAROS_TEST_LONG'] === '1';
const KILLS = LONG ? 150 : 12;
/** Some kills fall before a process has begun to work; most wait until rows flow, and fall into that. */
const MOST_LIFE_MS = 500;
const MOST_ACK_MS = 100;
const missing = mosquittoMissing();
if (missing !== undefined) process.stderr.write(`skipped: ${missing}\n`);

let folder: string;
let broker: Mosquitto;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-kill-'));
  writeFileSync(join(folder, 'node.json'), JSON.stringify(BARE_BUNDLE), { mode: 0o600 });
  if (missing !== undefined) return;
  broker = await createMosquitto({ dir: folder });
  await broker.start();
});
afterEach(async () => {
  await Promise.all([...children].map(kill));
  if (missing === undefined) await broker.kill();
  rmSync(folder, { recursive: true });
});

function start(
  script: string,
  args: readonly string[],
  onLine: (line: string) => void = () => undefined,
): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, PHAROS_MQTT_URL: `mqtt://127.0.0.1:${broker.port}`, PHAROS_LOG_LEVEL: 'silent' },
  });
  let rest = '';
  child.stdout?.on('data', (text: Buffer) => {
    const lines = (rest + text.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  children.add(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

async function restart(killed: Mosquitto): Promise<void> {
  await killed.kill();
  await killed.start();
}

it.skipIf(missing !== undefined)(
  `uplink, writer and broker killed ${KILLS} times at any instant: the cloud has each durable event once`,
  { timeout: LONG ? 600_000 : 60_000 },
  async () => {
    const random = seeded(20_261_122);
    const { nodeId, storeId } = BARE_BUNDLE;
    // Slow to acknowledge, so that kills fall between the cloud's commit and the node's.
    const slow: AckPolicy = (batch, turn) => {
      for (const ack of ackAll(batch, turn))
        setTimeout(() => cloud.tell(storeId, nodeId, { v: 1, ...ack }), MOST_ACK_MS * random());
      return [];
    };
    const cloud = await startRecordingCloud(`mqtt://127.0.0.1:${broker.port}`, () => slow);
    const database = join(folder, 'edge.sqlite');
    const durable = new Set<string>();
    let writers = 0;
    const startUplink = (): ChildProcess => start('cli.ts', ['--data-dir', folder, 'uplink']);
    const startWriter = (): ChildProcess =>
      start('outbox-writer.fixture.ts', [database, `w${writers++}`, '100000'], (name) => durable.add(name));

    let uplink = startUplink();
    let writer = startWriter();
    for (let turn = 0; turn < KILLS; turn += 1) {
      const before = cloud.batches();
      if (random() < 0.8)
        await vi.waitFor(() => expect(cloud.batches()).toBeGreaterThan(before), { timeout: 15_000, interval: 5 });
      await wait(random() * (before === cloud.batches() ? MOST_LIFE_MS : MOST_ACK_MS));
      // The broker keeps acks for an uplink that is away, and the uplink what the broker forgot: each dies alone and both.
      if (turn % 3 !== 2) {
        await kill(uplink);
        if (turn % 3 === 1) await restart(broker);
        uplink = startUplink();
      } else {
        await kill(writer);
        writer = startWriter();
      }
    }
    await kill(writer);
    const left = createOutbox(openDatabase(database), { maxBytes: 1e9 });
    await vi.waitFor(() => expect(left.depth()).toMatchObject({ waiting: 0, parked: 0, dropped: 0 }), {
      timeout: 40_000,
      interval: 50,
    });
    const arrived = [...cloud.rows.values()].map(({ reason }) => reason);
    // One event never has two numbers.
    expect(new Set(arrived).size).toBe(arrived.length);
    const heard = new Set(arrived);
    expect([...durable].filter((name) => !heard.has(name))).toEqual([]);
    expect(durable.size).toBeGreaterThan(100);
    // Or no kill ever fell between the cloud's commit and the node's, and nothing was tried.
    expect(cloud.repeats()).toBeGreaterThan(0);
    await cloud.stop();
  },
);
