import { createRequire } from 'node:module';
import { leSetScanEnable } from '../../../protocol/hci/commands.ts';
import { H4_EVENT } from '../../../protocol/hci/h4.ts';
import type { HciLink } from './hci-link.ts';

/** The part of the native module a phone needs. */
interface NativeSocket {
  bindRaw(adapter: number): number;
  setFilter(filter: Buffer): void;
  start(): void;
  stop(): void;
  write(packet: Buffer): void;
  on(event: 'data', listener: (packet: Buffer) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
}

/**
 * A real adapter of this machine as the phone's radio, over a raw HCI socket. Needs CAP_NET_RAW and an adapter that is up.
 * The module is loaded only here: on a kernel without Bluetooth its constructor throws.
 */
export function openNative(adapter: number): HciLink {
  const Socket = createRequire(import.meta.url)('@abandonware/bluetooth-hci-socket') as new () => NativeSocket;
  const socket = new Socket();
  socket.bindRaw(adapter);
  socket.setFilter(eventFilter());
  let lost: (reason: string) => void = () => {};
  socket.on('error', (error) => lost(error.message));
  return {
    write: (packet) => socket.write(Buffer.from(packet)),
    onPacket: (listener) => {
      socket.on('data', listener);
      socket.start();
    },
    onLost: (listener) => {
      lost = listener;
    },
    close: () => {
      // A real adapter goes on scanning after its program has gone.
      ignoringErrors(() => socket.write(Buffer.from(leSetScanEnable({ enabled: false, filterDuplicates: false }))));
      socket.stop();
    },
  };
}

/** An adapter that was unplugged has nothing left to switch off. */
function ignoringErrors(act: () => void): void {
  try {
    act();
  } catch {
    return;
  }
}

/** The adapter number of `hci1` and the like, or `undefined`. */
export function adapterNumber(name: string): number | undefined {
  const digits = /^hci(\d{1,3})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const COMMAND_COMPLETE = 0x0e;
const COMMAND_STATUS = 0x0f;
const LE_META = 0x3e;

/** Kernel filter of a raw HCI socket: event packets only, and of these command answers and LE events. */
function eventFilter(): Buffer {
  // 14 bytes of fields, padded to the size of the kernel's struct, which refuses a shorter one.
  const filter = Buffer.alloc(16);
  filter.writeUInt32LE(1 << H4_EVENT, 0);
  filter.writeUInt32LE((1 << COMMAND_COMPLETE) | (1 << COMMAND_STATUS), 4);
  filter.writeUInt32LE((1 << (LE_META - 32)) >>> 0, 8);
  return filter;
}
