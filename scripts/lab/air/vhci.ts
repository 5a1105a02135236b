import { openSync, read, writeSync } from 'node:fs';
import type { Air } from './air.ts';

const DEVICE = '/dev/vhci';
/** First byte of the driver's own packets; with type 0 it makes a primary controller and answers with its index. */
const VENDOR = 0xff;
const PRIMARY = 0x00;
const PACKET_MAX_BYTES = 2048;

/** The driver takes nothing for an adapter that is down; the controller is not told and goes on. */
function deliver(device: number, packet: Uint8Array): boolean {
  try {
    writeSync(device, packet);
    return true;
  } catch {
    return false;
  }
}

/** Each controller's blocking read holds one thread of libuv's pool; the rest of the process needs some too. */
export const threadsNeeded = (controllers: number): number => controllers + 2;

/**
 * Plugs one controller into the running kernel (module `hci_vhci`, root) and resolves with its index: 0 for hci0.
 * The pending read cannot be interrupted, so the process must end by a signal, and with it the adapter is unplugged.
 */
export function plugIntoKernel(air: Air): Promise<{ index: number; address: string }> {
  const device = openSync(DEVICE, 'r+');
  const port = air.join((packet) => deliver(device, packet));
  writeSync(device, Uint8Array.of(VENDOR, PRIMARY));

  return new Promise((resolve, reject) => {
    const buffer = Buffer.alloc(PACKET_MAX_BYTES);
    const readNext = (): void => {
      read(device, buffer, 0, buffer.length, null, (error, length) => {
        if (error) {
          port.leave();
          return reject(error);
        }
        if (length > 0 && buffer[0] === VENDOR) resolve({ index: buffer.readUInt16LE(2), address: port.address });
        else if (length > 0) port.receive(Uint8Array.from(buffer.subarray(0, length)));
        readNext();
      });
    };
    readNext();
  });
}
