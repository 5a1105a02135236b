import { afterEach, describe, expect, it } from 'vitest';
import { BootId } from '../protocol/ids.ts';
import { epochMs, monoMs } from '../protocol/units.ts';
import { createMosquitto, type Mosquitto } from './bench/drain/mosquitto.ts';
import type { RecordedRow } from './bench/drain/recording-cloud.ts';
import { lossDraft, type Moment } from './core/event-draft.ts';
import type { Machine } from './host/machine.ts';
import { mosquittoMissing } from './mosquitto.fixture.ts';
import { createUplinkWorld, type UplinkWorld } from './uplink-world.fixture.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const missing = mosquittoMissing();
if (missing !== undefined) process.stderr.write(`skipped: ${missing}\n`);

/** The node lost its power in the sixth hour, and came back in 1970 again. */
const [FIRST_BOOT, THIS_BOOT] = [BootId.parse('11111111-0000'), BootId.parse('22222222-0000')];
const NOW = Date.UTC(2026, 10, 22, 12);
const startedAt = performance.now();
const uptime = (): number => 18 * HOUR_MS + performance.now() - startedAt;
/** Eighteen hours after its start, with its clock set or not. */
function machineOf(isSynced: boolean): Machine {
  const mono = () => monoMs(uptime());
  const wall = () => epochMs(Math.round((isSynced ? NOW - 18 * HOUR_MS : 0) + uptime()));
  const clockState = () => (isSynced ? ('synced' as const) : ('unsynced' as const));
  return {
    boot: THIS_BOOT,
    mono,
    wall,
    clockState,
    moment: () => ({ mono: mono(), wall: wall(), clock: clockState(), boot: THIS_BOOT }),
  };
}

/** An event a minute, each named by its true age at the end of the day in minutes. */
function writeDay({ outbox }: UplinkWorld): void {
  for (const [boot, hours, endsBeforeMs] of [
    [FIRST_BOOT, 6, 18 * HOUR_MS],
    [THIS_BOOT, 18, 0],
  ] as const) {
    const drafts = Array.from({ length: hours * 60 }, (_, minute) => {
      const now: Moment = {
        mono: monoMs(minute * MINUTE_MS),
        wall: epochMs(minute * MINUTE_MS),
        clock: 'unsynced',
        boot,
      };
      return lossDraft(1, String(hours * 60 - minute + endsBeforeMs / MINUTE_MS), now);
    });
    outbox.append(drafts, { mono: monoMs(0), wall: epochMs(0), clock: 'unsynced', boot });
  }
}

describe.skipIf(missing !== undefined)('a day without a broker, with a clock that began in 1970', () => {
  let world: UplinkWorld;
  let broker: Mosquitto;
  afterEach(async () => {
    await broker.kill();
    await world.close();
  });

  async function comeBack(machine: Machine): Promise<readonly RecordedRow[]> {
    world = createUplinkWorld(machine);
    writeDay(world);
    world.add(0);
    world.outbox.tend(machine.moment());
    broker = await createMosquitto({ dir: world.folder });
    await broker.start();
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const cloud = await world.cloudAt(url);
    world.startUplink(url);
    await world.allArrivedOnce();
    expect(cloud.rows.size).toBe(24 * 60);
    return [...cloud.rows.values()];
  }

  it('synced on return: each event once, those of this boot at their true time, older ones marked as undated', async () => {
    for (const { reason, at, clock, ageMs } of await comeBack(machineOf(true))) {
      const minutes = Number(reason);
      if (minutes > 18 * 60)
        expect({ clock, ageMs, is1970: at < HOUR_MS * 6 }).toEqual({
          clock: 'unsynced',
          ageMs: undefined,
          is1970: true,
        });
      else {
        expect(clock).toBe('synced');
        expect(Math.abs(NOW - at - minutes * MINUTE_MS)).toBeLessThanOrEqual(1);
        expect(ageMs).toBeGreaterThanOrEqual(minutes * MINUTE_MS);
      }
    }
  });

  it('never synced: each event once, marked so, and of this boot with its age by the monotonic clock', async () => {
    for (const { reason, clock, ageMs } of await comeBack(machineOf(false))) {
      const minutes = Number(reason);
      expect(clock).toBe('unsynced');
      if (minutes > 18 * 60) expect(ageMs).toBeUndefined();
      // To within the seconds this test takes: older than any offer stays fresh.
      else expect(Math.abs((ageMs ?? 0) - minutes * MINUTE_MS)).toBeLessThan(20_000);
    }
  });
});
