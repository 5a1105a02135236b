import { pino } from 'pino';
import { epochMs, monoMs } from '../../../protocol/units.ts';
import { createAdvertiserTokens } from '../../core/advertiser-token.ts';
import { planBroadcast } from '../../core/broadcast-plan.ts';
import { OUTBOX_MAX_BYTES, PRESENCE_POLICY } from '../../core/thresholds.ts';
import { createMachine, type Machine } from '../../host/machine.ts';
import { createAdvertReader } from '../../radio/advert-reader.ts';
import type { Radio, ScannerHandlers } from '../../radio/ports.ts';
import { startRadioDaemon } from '../../radio-daemon.ts';
import { loadProfile } from '../../store/broadcast-profile-file.ts';
import { openDatabase } from '../../store/database.ts';
import { createOutbox } from '../../store/outbox.ts';
import { createPresenceSnapshots } from '../../store/presence-snapshot.ts';
import { createRadioSnapshots } from '../../store/radio-snapshot.ts';
import { createStreet } from '../adverts/street.ts';
import { BENCH_BUNDLE } from '../bench-node.ts';

/**
 * The radio daemon at a busy door, on clocks that run `speed` times as fast: `node radio-child.ts <database> <speed>`.
 * HCI bytes go in where the socket would give them; a hundred tags come for two minutes and stay away for two.
 */
const [, , path = '', speedText = '1'] = process.argv;
const speed = Number(speedText);
const ADVERTS_PER_SECOND = 200;
const FEED_EVERY_MS = 20;
const VISIT_MS = 120_000;

const real = createMachine({ clockOverride: 'synced' });
const [monoStart, wallStart] = [real.mono(), real.wall()];
const elapsed = (): number => (real.mono() - monoStart) * speed;
const machine: Machine = {
  boot: real.boot,
  mono: () => monoMs(monoStart + elapsed()),
  wall: () => epochMs(Math.round(wallStart + elapsed())),
  clockState: () => 'synced',
  moment: () => ({ mono: machine.mono(), wall: machine.wall(), clock: 'synced', boot: real.boot }),
};

const crowd = createStreet({ packets: 2_000, addresses: 1_000_000 });
const tags = createStreet({ packets: 2_000, addresses: 1, only: 'tags' });
const tokens = createAdvertiserTokens({ newKey: () => new Uint8Array(32).fill(7), keyLifeMs: 86_400_000 });
const reader = createAdvertReader({ mono: machine.mono, tokens });
let handlers: ScannerHandlers | undefined;
let fed = 0;

function feed(): void {
  if (handlers === undefined) return;
  const due = Math.floor((elapsed() / 1_000) * ADVERTS_PER_SECOND);
  const areTagsHere = Math.floor(elapsed() / VISIT_MS) % 2 === 0;
  for (; fed < due; fed += 1) {
    if (fed % 2_000 === 0) crowd.moveOn();
    const isTag = fed % 4 === 0;
    if (isTag && !areTagsHere) continue;
    const packet = (isTag ? tags : crowd).packets[fed % 2_000];
    // Among the crowd are tags as well: they go when the others go.
    if (packet !== undefined && (areTagsHere || packet.readUInt32LE(7) > 100)) reader.receive(packet, handlers);
  }
}

const radio: Radio = {
  name: 'street',
  scanner: {
    async start(given) {
      handlers = given;
      given.onState('on');
    },
    async stop() {
      handlers = undefined;
    },
    counters: () => ({ ...reader.counters(), scanRestarts: 0 }),
  },
  advertiser: {
    start: async () => undefined,
    stop: async () => undefined,
    counters: () => ({ confirmed: 0, refused: 0, rearmed: 0 }),
  },
};

const profile = loadProfile('line-and-ibeacon');
const plan = profile.ok ? planBroadcast('line-and-ibeacon', profile.value.profile, BENCH_BUNDLE) : profile;
if (!plan.ok) throw new Error(plan.reject.detail);
const db = openDatabase(path);
await startRadioDaemon({
  bundle: BENCH_BUNDLE,
  plan: plan.value,
  radio,
  outbox: createOutbox(db, { maxBytes: OUTBOX_MAX_BYTES }),
  snapshots: createRadioSnapshots(db),
  presenceSnapshots: createPresenceSnapshots(db),
  machine,
  policy: PRESENCE_POLICY,
  footfall: true,
  healthEveryMs: 10_000,
  log: pino({ level: 'silent' }),
});
setInterval(feed, FEED_EVERY_MS);
