import { writeSync } from 'node:fs';
import { monoMs } from '../../protocol/units.ts';
import { enter, NOW } from './outbox.fixture.ts';
import { openWriterStore } from './writer-store.ts';

/** `steady-writer.fixture <disk path> <memory path> <life>`: appends for ever; what append returned from is said on stdout. */
const [, , diskPath = '', memoryPath = '', life = ''] = process.argv;
const store = openWriterStore({
  diskPath,
  memoryPath,
  mono: () => monoMs(performance.now()),
  onMode: () => process.exit(3),
  onReplaced: () => process.exit(4),
});
for (let tick = 0; ; tick += 1) {
  const reasons = Array.from({ length: 1 + (tick % 5) }, (_, index) => `life ${life} tick ${tick} event ${index}`);
  store.outbox.append(
    reasons.map((reason) => enter(reason)),
    NOW,
  );
  writeSync(1, `${reasons.join('\n')}\n`);
}
