import { ProximityUuid } from '../protocol/ids.ts';
import { createMachine } from './host/machine.ts';
import { databasePath } from './node-store.ts';
import { openDatabase } from './store/database.ts';
import { createOutbox } from './store/outbox.ts';

/**
 * A process that does to the outbox of a node what its radio does when tags come near:
 * `node tag-writer.fixture.ts <data folder> <uuid> <tags> <events> <every ms>`. Tag n, from 1 on, is major 1, minor n; they
 * take turns. Ends when all is durable.
 */
const [, , dir = '', uuid = '', tags = '1', events = '1', everyMs = '10'] = process.argv;
const machine = createMachine({ clockOverride: 'synced' });
const outbox = createOutbox(openDatabase(databasePath(dir)), { maxBytes: 1e9 });
let written = 0;

const timer = setInterval(() => {
  const now = machine.moment();
  const subject = {
    kind: 'ibeacon',
    uuid: ProximityUuid.parse(uuid),
    major: 1,
    minor: 1 + (written % Number(tags)),
  } as const;
  const { wall, mono, clock, boot } = now;
  outbox.append([{ type: 'enter', at: wall, monoMs: mono, boot, clock, subject, reason: 'came near' }], now);
  written += 1;
  if (written >= Number(events)) clearInterval(timer);
}, Number(everyMs));
