import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { epochMs } from '../protocol/units.ts';
import { createBacktestDesk } from './backtest-desk.ts';

const ASKED = { since: epochMs(0), until: epochMs(1), timeZone: 'Asia/Taipei', documents: [] };

/** A desk whose database cannot be opened, and what was told of it. */
function openDesk() {
  const broken: unknown[] = [];
  const desk = createBacktestDesk({ target: '/dev/null/pharos.sqlite', vaultKey: new Uint8Array(32) }, (error) =>
    broken.push(error),
  );
  onTestFinished(() => desk.stop());
  return { desk, broken };
}

it('tells the one who runs the service why it broke, and the one who asked that it did', async () => {
  const { desk, broken } = openDesk();
  const told = await text(desk.begin(ASKED));
  expect(JSON.parse(told)).toEqual({
    is: 'refused',
    code: 'internal',
    message: 'something broke on our side; the log says what',
  });
  expect(broken).toMatchObject([{ message: expect.stringContaining('/dev/null') }]);
});

it('does one at a time, and the next when whoever asked for the first has gone away', async () => {
  const { desk } = openDesk();
  const first = desk.begin(ASKED);
  expect(() => desk.begin(ASKED)).toThrow('another backtest is under way');
  first.destroy();
  await once(first, 'close');
  await text(desk.begin(ASKED));
});
