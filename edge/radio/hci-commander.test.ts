import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { leSetAdvertiseEnable, leSetAdvertisingData, OPCODE } from '../../protocol/hci/commands.ts';
import { encodeAdvertisingReports, encodeCommandComplete } from '../../protocol/hci/events.ts';
import { HCI_COMMAND_TIMEOUT_MS } from '../core/thresholds.ts';
import { createHciCommander, describeOutcome, succeeded } from './hci-commander.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const written: Uint8Array[] = [];
  const foreign: number[] = [];
  const commander = createHciCommander({
    write: (packet) => void written.push(packet),
    onForeign: (opcode) => void foreign.push(opcode),
  });
  return { commander, written, foreign };
}
const ENABLED = encodeCommandComplete(OPCODE.leSetAdvertiseEnable, 0);

describe('HCI commander', () => {
  it('gives a command the answer of its own opcode', async () => {
    const { commander, written, foreign } = setUp();
    const enable = commander.send(leSetAdvertiseEnable(true));
    const data = commander.send(leSetAdvertisingData(new Uint8Array(3)));
    commander.receive(encodeCommandComplete(OPCODE.leSetAdvertisingData, 0x12));
    commander.receive(ENABLED);
    expect(succeeded(await enable)).toBe(true);
    expect(describeOutcome(await data)).toBe('status 0x12');
    expect(written).toHaveLength(2);
    expect(foreign).toEqual([]);
  });

  it('a completion nobody waits for is somebody else doing something', () => {
    const { commander, foreign } = setUp();
    void commander.expect(OPCODE.leSetAdvertiseEnable);
    for (const packet of [ENABLED, ENABLED, encodeAdvertisingReports([])]) commander.receive(packet);
    expect(foreign).toEqual([OPCODE.leSetAdvertiseEnable]);
  });

  it('silence is an outcome, and a late answer then is foreign', async () => {
    const { commander, foreign } = setUp();
    const enable = commander.send(leSetAdvertiseEnable(true));
    vi.advanceTimersByTime(HCI_COMMAND_TIMEOUT_MS);
    expect(await enable).toEqual({ kind: 'timeout' });
    commander.receive(ENABLED);
    expect(foreign).toHaveLength(1);
  });

  it('a lost adapter answers everything that waits', async () => {
    const { commander } = setUp();
    const waiting = [commander.expect(OPCODE.reset), commander.expect(OPCODE.reset)];
    commander.abandon();
    expect(await Promise.all(waiting)).toEqual([{ kind: 'gone' }, { kind: 'gone' }]);
  });
});
