import { expect, it } from 'vitest';
import { testMachine } from './bare-node.fixture.ts';
import { createLinkRecord, describeLink } from './link-record.ts';
import type { UplinkSnapshot } from './store/uplink-snapshot.ts';

const REFUSED = { code: 'credentials-refused', sentence: 'it refuses door', remedy: 'enroll a new bundle' } as const;
const CLOSED = { code: 'port-closed', sentence: 'nothing listens', remedy: 'start the broker' } as const;

it('writes what changed at the next beat, and says each trouble once', () => {
  const machine = testMachine();
  const written: UplinkSnapshot[] = [];
  const record = createLinkRecord(machine, {
    write: (snapshot) => void written.push(snapshot),
    read: () => written.at(-1),
  });
  const told = (): string => describeLink(written.at(-1), machine);
  expect(told()).toBe('the uplink has not run here');
  record.beat();
  expect(told()).toMatch(/^connecting since /);
  expect([record.down(REFUSED), record.down(REFUSED), record.down(CLOSED)]).toEqual([true, false, true]);
  record.beat();
  expect(told()).toMatch(/^no line since .*Z: nothing listens; start the broker$/);
  record.up();
  record.beat();
  record.beat();
  expect(told()).toMatch(/^connected since /);
  expect(written).toHaveLength(3);
  record.stopped();
  expect(told()).toMatch(/^not running, stopped /);
  expect(
    describeLink(written[2], { ...machine, mono: () => (machine.mono() + 1e6) as ReturnType<typeof machine.mono> }),
  ).toBe('not running');
});
