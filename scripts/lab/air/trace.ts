import { closeSync, openSync, writeSync } from 'node:fs';
import { btsnoopHeader, encodeBtsnoopRecord } from '../../../protocol/hci/btsnoop.ts';
import type { AirTrace } from './air.ts';

/**
 * Writes everything that passes between hosts and controllers as btsnoop, for btmon and Wireshark. Written at once:
 * the trace is wanted most after a crash.
 */
export function openTrace(path: string): { trace: AirTrace; close(): void } {
  const file = openSync(path, 'w');
  writeSync(file, btsnoopHeader());
  return {
    trace: (adapter, packet) => {
      writeSync(file, encodeBtsnoopRecord({ adapter, atMs: Date.now(), packet }));
    },
    close: () => closeSync(file),
  };
}
