import { BootId, ProximityUuid } from '../protocol/ids.ts';
import { epochMs, monoMs } from '../protocol/units.ts';
import { type Moment, presenceDraft } from './core/event-draft.ts';
import { openDatabase } from './store/database.ts';
import { createOutbox } from './store/outbox.ts';

/**
 * A day of a node without a broker, in a second: `node day-offline-writer.fixture.ts <database> <uuid> <major> <minor>`.
 * A card comes every hour for five minutes. The clock begins in 1970; after six hours the power fails and it begins there
 * again; at the end of the day a time server answers. Says one line of JSON for each event: its age, and whether anybody
 * can know that.
 */
const [, , path = '', uuid = '', major = '0', minor = '0'] = process.argv;
const HOUR_MS = 3_600_000;
const subject = {
  kind: 'ibeacon',
  uuid: ProximityUuid.parse(uuid),
  major: Number(major),
  minor: Number(minor),
} as const;
const outbox = createOutbox(openDatabase(path), { maxBytes: 1e9 });
const end = Date.now();

for (const { boot, hours, isDated } of [
  { boot: BootId.parse('11111111-0000'), hours: 6, isDated: false },
  { boot: BootId.parse('22222222-0000'), hours: 18, isDated: true },
]) {
  for (let hour = 0; hour < hours; hour += 1) {
    for (const [type, after] of [
      ['enter', 0],
      ['exit', 300_000],
    ] as const) {
      const mono = monoMs(hour * HOUR_MS + after);
      const now: Moment = { mono, wall: epochMs(mono), clock: 'unsynced', boot };
      const transition = { at: mono, dbm: -60, reason: 'a day offline' };
      const told = type === 'enter' ? { type, ...transition } : { type, ...transition, presentMs: 300_000 };
      outbox.append([presenceDraft({ subject, transition: told }, now)], now);
      const at = isDated ? end - hours * HOUR_MS + mono : mono;
      process.stdout.write(`${JSON.stringify({ type, at, isDated })}\n`);
    }
  }
  if (isDated) outbox.tend({ mono: monoMs(hours * HOUR_MS), wall: epochMs(end), clock: 'synced', boot });
}
