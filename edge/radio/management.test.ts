import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { hex } from '../../protocol/bytes.ts';
import { ADAPTER_POWER_TIMEOUT_MS } from '../core/thresholds.ts';
import type { ControlSocket } from './libraries.ts';
import { openManagement } from './management.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Answers what it was given an answer for: command in hex → event in hex. */
class Kernel extends EventEmitter implements ControlSocket {
  readonly #answers: Readonly<Record<string, Uint8Array>>;

  constructor(answers: Readonly<Record<string, Uint8Array>>) {
    super();
    this.#answers = answers;
  }

  bindControl(): void {}
  start(): void {}
  stop(): void {}

  write(packet: Buffer): void {
    const answer = this.#answers[packet.toString('hex')];
    if (answer !== undefined) queueMicrotask(() => this.emit('data', Buffer.from(answer)));
  }
}

const LIST = '0300ffff0000';
const INFO_OF_2 = '040002000000';
const ON = '05000200010001';

it('lists adapters with address and power', async () => {
  const management = openManagement(
    () =>
      new Kernel({
        [LIST]: hex`0100 ffff 0700 0300 00 0100 0200`,
        [INFO_OF_2]: hex`0100 0200 1a00 0400 00 0a0000485002 08 ffff ff3e0000 c0020000 000000 6c616200`,
      }),
  );
  expect(await management?.adapters()).toEqual([{ index: 2, address: '02:50:48:00:00:0a', powered: false }]);
});

it('switches an adapter, and takes refusal and silence for what they are', async () => {
  const done = openManagement(() => new Kernel({ [ON]: hex`0100 0200 0700 0500 00 c1020000` }));
  expect(await done?.setPowered(2, true)).toBe(true);
  const refused = openManagement(() => new Kernel({ [ON]: hex`0200 0200 0300 0500 14` }));
  expect(await refused?.setPowered(2, true)).toBe(false);
  const silent = openManagement(() => new Kernel({}))?.setPowered(2, true);
  await vi.advanceTimersByTimeAsync(ADAPTER_POWER_TIMEOUT_MS);
  expect(await silent).toBe(false);
});

it('is absent where the channel cannot be opened', () => {
  const open = () => {
    throw new Error('EAFNOSUPPORT');
  };
  expect(openManagement(open)).toBeUndefined();
});
