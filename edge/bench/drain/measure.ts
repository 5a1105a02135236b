import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { presenceDraft } from '../../core/event-draft.ts';
import { createMachine } from '../../host/machine.ts';
import { openDatabase } from '../../store/database.ts';
import { createOutbox, type Outbox } from '../../store/outbox.ts';
import { BENCH_BUNDLE, NODE_FLAGS } from '../bench-node.ts';
import { mib, watchProcess } from '../watched-process.ts';
import { startCloudEnd } from './cloud-end.ts';
import { createMosquitto } from './mosquitto.ts';

export interface DrainFigures {
  readonly events: number;
  readonly fillSeconds: number;
  readonly drainSeconds: number;
  readonly eventsPerSecond: number;
  /** Rows that came again; the cloud's index makes them harmless. */
  readonly repeats: number;
  readonly lost: number;
  /** Events that the cloud would take for two. */
  readonly doubled: number;
  readonly batches: number;
  readonly flags: readonly string[];
  readonly rssMiB: { readonly most: number; readonly last: number };
}

const CLI = join(import.meta.dirname, `../../cli${extname(import.meta.filename)}`);
const FILL_BATCH = 2_000;
const DRAIN_PATIENCE_MS = 60_000;

/** Fills an outbox, then lets the real uplink process carry it through a real broker to a cloud that only takes notes. */
export async function measureDrain(events: number, say: (text: string) => void): Promise<DrainFigures> {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-drain-'));
  const broker = await createMosquitto({ dir });
  const db = openDatabase(join(dir, 'edge.sqlite'));
  try {
    const outbox = createOutbox(db, { maxBytes: Number.MAX_SAFE_INTEGER });
    say(`writing ${events} events`);
    const fillStart = performance.now();
    const epoch = fill(outbox, events);
    const fillSeconds = (performance.now() - fillStart) / 1_000;
    await broker.start();
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const seen = new Uint8Array(events + 1);
    const tally = { arrived: 0, repeats: 0, strangers: 0, batches: 0 };
    const cloud = await startCloudEnd(url, (batch) => {
      tally.batches += 1;
      for (const { seq } of batch.events) {
        const times = seen[seq];
        if (times === undefined || seq < 1 || batch.epoch !== epoch) tally.strangers += 1;
        else if (times > 0) tally.repeats += 1;
        else {
          seen[seq] = 1;
          tally.arrived += 1;
        }
      }
      return 'ack';
    });
    writeFileSync(join(dir, 'node.json'), JSON.stringify(BENCH_BUNDLE), { mode: 0o600 });
    say('draining them');
    const uplink = watchProcess(CLI, ['--data-dir', dir, 'uplink'], {
      flags: NODE_FLAGS,
      env: { PHAROS_MQTT_URL: url, PHAROS_LOG_LEVEL: 'silent' },
    });
    const { firstAt, lastAt } = await untilDrained(outbox, () => tally.arrived, events);
    await uplink.end();
    await cloud.stop();
    const drainSeconds = (lastAt - firstAt) / 1_000;
    const samples = uplink.samples();
    return {
      events,
      fillSeconds: round(fillSeconds),
      drainSeconds: round(drainSeconds),
      eventsPerSecond: Math.round(events / drainSeconds),
      repeats: tally.repeats,
      lost: events - tally.arrived,
      doubled: tally.strangers,
      batches: tally.batches,
      flags: NODE_FLAGS,
      rssMiB: { most: mib(Math.max(...samples)), last: mib(samples.at(-1) ?? 0) },
    };
  } finally {
    await broker.kill();
    db.close();
    rmSync(dir, { recursive: true });
  }
}

/** Returns the epoch of the rows. */
function fill(outbox: Outbox, events: number): string {
  const machine = createMachine({ clockOverride: 'synced' });
  for (let written = 0; written < events; written += FILL_BATCH) {
    const now = machine.moment();
    const drafts = Array.from({ length: Math.min(FILL_BATCH, events - written) }, (_, index) =>
      presenceDraft(
        {
          subject: { kind: 'ibeacon', uuid: BENCH_BUNDLE.ibeacon.uuid, major: 1, minor: (written + index) % 65_536 },
          transition: { type: 'enter', at: now.mono, dbm: -62, reason: 'near at -62 dBm for 0.5 s' },
        },
        now,
      ),
    );
    outbox.append(drafts, now);
  }
  return outbox.waiting(1)[0]?.epoch ?? '';
}

/** Gives up when nothing has arrived for a minute. */
async function untilDrained(
  outbox: Outbox,
  arrived: () => number,
  events: number,
): Promise<{ firstAt: number; lastAt: number }> {
  let firstAt = performance.now();
  let progressAt = firstAt;
  let before = 0;
  while (arrived() < events || outbox.depth().waiting > 0) {
    await wait(50);
    const now = performance.now();
    if (before === 0) firstAt = now;
    if (arrived() > before) progressAt = now;
    before = arrived();
    if (now - progressAt > DRAIN_PATIENCE_MS)
      throw new Error(`the drain stands still at ${before} of ${events} events`);
  }
  return { firstAt, lastAt: performance.now() };
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** One screen for people. */
export const renderDrain = (figures: DrainFigures): string =>
  [
    `${figures.events} events drained in ${figures.drainSeconds} s: ${figures.eventsPerSecond} events/s in ${figures.batches} batches`,
    `lost ${figures.lost}, doubled ${figures.doubled}, sent again ${figures.repeats}`,
    `memory of the uplink: at most ${figures.rssMiB.most} MiB, at the end ${figures.rssMiB.last} MiB (${figures.flags.join(' ')})`,
  ].join('\n');
