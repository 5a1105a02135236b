import { pino } from 'pino';
import { expect, it } from 'vitest';
import { monoMs } from '../protocol/units.ts';
import { FAULT_TOLD_EVERY_MS } from './core/thresholds.ts';
import { createFaultLog } from './fault-log.ts';

it('tells a fault at once, not again while it lasts, and one of another day too', () => {
  const lines: { msg: string; faults: number }[] = [];
  let now = 0;
  const faults = createFaultLog(pino({}, { write: (line: string) => lines.push(JSON.parse(line)) }), () => monoMs(now));
  for (let beat = 0; beat < 100; beat += 1) faults.note(new Error('SQLITE_IOERR'), 'check the disk');
  expect(lines).toMatchObject([{ msg: 'check the disk', faults: 1, err: { message: 'SQLITE_IOERR' } }]);
  now = 3 * FAULT_TOLD_EVERY_MS;
  faults.note(new Error('SQLITE_FULL'), 'check the disk');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatchObject({ faults: 101, err: { message: 'SQLITE_FULL' } });
  expect(faults.count()).toBe(101);
});
