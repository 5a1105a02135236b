import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { BENCH_BUNDLE, NODE_FLAGS } from '../bench-node.ts';
import { startCloudEnd } from '../drain/cloud-end.ts';
import { createMosquitto } from '../drain/mosquitto.ts';
import { mean, mib, watchProcess } from '../watched-process.ts';

export interface MemoryFigures {
  readonly seconds: number;
  readonly speed: number;
  readonly events: number;
  readonly runs: readonly FlagsRun[];
}

/** One set of flags, the daemons and their floors side by side. */
export interface FlagsRun {
  readonly flags: readonly string[];
  readonly radio: DaemonMemory;
  readonly uplink: DaemonMemory;
}

export interface DaemonMemory {
  readonly floorMiB: number;
  /** Mean over the last third. */
  readonly rssMiB: number;
  readonly timesFloor: number;
  /** Last third ÷ second third. */
  readonly growth: number;
}

const SPEED = 60;
const EXTENSION = extname(import.meta.filename);
const CLI = join(import.meta.dirname, `../../cli${EXTENSION}`);
const RADIO = join(import.meta.dirname, `radio-child${EXTENSION}`);
const FLOOR = join(import.meta.dirname, `floor-child${EXTENSION}`);
/** Others worth knowing; each is played for a third of the time. */
const OTHER_FLAGS: readonly (readonly string[])[] = [
  [],
  ['--max-semi-space-size=4'],
  ['--max-semi-space-size=1', '--max-old-space-size=48'],
  ['--optimize-for-size'],
];

/** Both daemons at once on one database, as on a node: the radio hears, the uplink carries it to a Mosquitto. */
export async function measureMemory(seconds: number, say: (text: string) => void): Promise<MemoryFigures> {
  const chosen = await run(NODE_FLAGS, seconds, say);
  const runs: FlagsRun[] = [chosen.run];
  const known = new Set([NODE_FLAGS.join(' ')]);
  for (const flags of OTHER_FLAGS) {
    if (known.has(flags.join(' '))) continue;
    runs.push((await run(flags, Math.max(6, seconds / 3), say)).run);
  }
  return { seconds, speed: SPEED, events: chosen.events, runs };
}

async function run(
  flags: readonly string[],
  seconds: number,
  say: (text: string) => void,
): Promise<{ run: FlagsRun; events: number }> {
  say(`${Math.round(seconds)} s with ${flags.join(' ') || 'no flags'}`);
  const dir = mkdtempSync(join(tmpdir(), 'pharos-memory-'));
  const broker = await createMosquitto({ dir });
  try {
    await broker.start();
    const url = `mqtt://127.0.0.1:${broker.port}`;
    let events = 0;
    const cloud = await startCloudEnd(url, (batch) => {
      events += batch.events.length;
      return 'ack';
    });
    writeFileSync(join(dir, 'node.json'), JSON.stringify(BENCH_BUNDLE), { mode: 0o600 });
    const database = join(dir, 'edge.sqlite');
    const env = { PHAROS_MQTT_URL: url, PHAROS_LOG_LEVEL: 'silent' };
    const processes = {
      radio: watchProcess(RADIO, [database, String(SPEED)], { flags }),
      uplink: watchProcess(CLI, ['--data-dir', dir, 'uplink'], { flags, env }),
      radioFloor: watchProcess(FLOOR, ['radio', join(dir, 'floor-radio.sqlite')], { flags }),
      uplinkFloor: watchProcess(FLOOR, ['uplink', join(dir, 'floor-uplink.sqlite')], { flags }),
    };
    await wait(seconds * 1_000);
    const samples = Object.fromEntries(Object.entries(processes).map(([name, one]) => [name, [...one.samples()]]));
    for (const one of Object.values(processes)) await one.end();
    await cloud.stop();
    const { radio = [], uplink = [], radioFloor = [], uplinkFloor = [] } = samples;
    return { run: { flags, radio: judge(radio, radioFloor), uplink: judge(uplink, uplinkFloor) }, events };
  } finally {
    await broker.kill();
    rmSync(dir, { recursive: true });
  }
}

function judge(samples: readonly number[], floor: readonly number[]): DaemonMemory {
  const third = Math.floor(samples.length / 3);
  const last = mean(samples.slice(-third));
  const second = mean(samples.slice(third, samples.length - third));
  const floorLast = mean(floor.slice(-third));
  return {
    floorMiB: mib(floorLast),
    rssMiB: mib(last),
    timesFloor: round(last / floorLast),
    growth: round(last / second),
  };
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000;
