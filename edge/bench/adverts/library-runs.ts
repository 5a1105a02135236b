import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { createNobleScanner } from '../../radio/noble-scanner.ts';
import { createPresenceEnd } from './pure-path.ts';
import { stubHciSocket } from './stub-socket.ts';

/** What stands above noble's HCI layer. */
export const LIBRARY_RUNS = ['ours', 'empty-listener', 'noble-discover'] as const;
export type LibraryRun = (typeof LIBRARY_RUNS)[number];

interface PlainNoble extends EventEmitter {
  readonly _bindings: { readonly _hci: EventEmitter };
  startScanning(services: readonly string[], allowDuplicates: boolean, done: () => void): void;
}

/** Brings noble up on a stub and returns what feeds one packet into its socket. One per process: noble shares state. */
export async function openLibrary(kind: LibraryRun): Promise<(packet: Buffer) => void> {
  const socketOf = stubHciSocket();
  if (kind === 'ours') {
    const end = createPresenceEnd();
    const { promise: on, resolve } = Promise.withResolvers<void>();
    const scanner = createNobleScanner({ deviceId: 0, mono: end.mono });
    await scanner.start({ ...end.handlers, onState: (state) => state === 'on' && resolve() });
    await on;
    const socket = socketOf();
    return (packet) => {
      socket.emit('data', packet);
      end.passed();
    };
  }
  const noble = createRequire(import.meta.url)('@abandonware/noble') as PlainNoble;
  const { promise: scanning, resolve } = Promise.withResolvers<void>();
  noble.on('stateChange', () => noble.startScanning([], true, resolve));
  if (kind === 'noble-discover') noble.on('discover', () => undefined);
  await scanning;
  const socket = socketOf();
  if (kind === 'empty-listener') {
    for (const event of ['leAdvertisingReport']) noble._bindings._hci.removeAllListeners(event);
    socket.on('data', () => undefined);
  }
  return (packet) => void socket.emit('data', packet);
}
