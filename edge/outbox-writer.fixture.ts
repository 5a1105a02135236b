import { lossDraft } from './core/event-draft.ts';
import { createMachine } from './host/machine.ts';
import { openDatabase } from './store/database.ts';
import { createOutbox } from './store/outbox.ts';

/**
 * A process that does to the outbox what the radio does, and says a line for each event it was told is durable:
 * `node outbox-writer.fixture.ts <database> <name> <most events>`. It ends only by a signal, or when all are written.
 */
const [, , path = '', name = '', most = '0'] = process.argv;
const machine = createMachine({ clockOverride: 'synced' });
const outbox = createOutbox(openDatabase(path), { maxBytes: 1e9 });
let written = 0;

const timer = setInterval(() => {
  const now = machine.moment();
  const names = Array.from({ length: 1 + (written % 40) }, (_, index) => `${name}-${written + index}`);
  outbox.append(
    names.map((event) => lossDraft(1, event, now)),
    now,
  );
  written += names.length;
  process.stdout.write(`${names.join('\n')}\n`);
  if (written >= Number(most)) clearInterval(timer);
}, 5);
