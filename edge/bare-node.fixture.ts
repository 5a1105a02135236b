import { pino } from 'pino';
import { BootId, ProximityUuid } from '../protocol/ids.ts';
import { sampleBundle } from '../protocol/lab/sample-bundle.ts';
import type { NodeEvent } from '../protocol/messages/events.ts';
import { epochMs, monoMs } from '../protocol/units.ts';
import { planBroadcast } from './core/broadcast-plan.ts';
import { PRESENCE_POLICY } from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import { bareScanner } from './radio/bare-scanner.fixture.ts';
import type { Scanner } from './radio/ports.ts';
import { startRadioDaemon } from './radio-daemon.ts';
import { loadProfile } from './store/broadcast-profile-file.ts';
import { openDatabase } from './store/database.ts';
import { createOutbox } from './store/outbox.ts';
import { createPresenceSnapshots } from './store/presence-snapshot.ts';
import { createRadioSnapshots } from './store/radio-snapshot.ts';

export const TAGS = ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e');
export const BARE_BUNDLE = sampleBundle({ tagNamespaces: [TAGS] });

/** A machine whose clocks are those of the test: with vitest's fake timers, time passes when the test says so. */
export function testMachine(boot = BootId.parse('12345678-0000')): Machine {
  const mono = () => monoMs(performance.now());
  const wall = () => epochMs(Math.round(Date.now()));
  const clockState = () => 'synced' as const;
  return { boot, mono, wall, clockState, moment: () => ({ mono: mono(), wall: wall(), clock: 'synced', boot }) };
}

/** The radio daemon with its real store on `path`, hearing what the test tells it and broadcasting into nothing. */
export async function startBareNode(
  path: string,
  options: {
    readonly footfall?: boolean;
    readonly wrap?: (scanner: Scanner) => Scanner;
    readonly onLog?: (line: string) => void;
  } = {},
) {
  const machine = testMachine();
  const db = openDatabase(path);
  const outbox = createOutbox(db, { maxBytes: 1e9 });
  const { scanner, hear } = bareScanner(machine.mono);
  const profile = loadProfile('line-and-ibeacon');
  const plan = profile.ok ? planBroadcast('line-and-ibeacon', profile.value.profile, BARE_BUNDLE) : profile;
  if (!plan.ok) throw new Error(plan.reject.detail);
  const daemon = await startRadioDaemon({
    bundle: BARE_BUNDLE,
    plan: plan.value,
    radio: {
      name: 'bare',
      scanner: options.wrap?.(scanner) ?? scanner,
      advertiser: {
        start: async () => undefined,
        stop: async () => undefined,
        counters: () => ({ confirmed: 0, refused: 0, rearmed: 0 }),
      },
    },
    outbox,
    snapshots: createRadioSnapshots(db),
    presenceSnapshots: createPresenceSnapshots(db),
    machine,
    policy: PRESENCE_POLICY,
    footfall: options.footfall ?? false,
    healthEveryMs: 10_000,
    log: pino({ level: 'trace' }, { write: (line: string) => options.onLog?.(line) }),
  });
  return {
    hear,
    events: (): readonly NodeEvent[] => outbox.waiting(100_000).map(({ event }) => event),
    /** As a stop by the service manager. */
    async stop() {
      await daemon.stop();
      db.close();
    },
  };
}
