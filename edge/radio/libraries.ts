import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { ADVERTISING_INTERVAL_MS } from '../core/thresholds.ts';
import { RadioUnavailable } from './ports.ts';

/** The raw HCI socket below noble and bleno. Packets are whole H4 packets with their type byte. */
export interface HciSocket extends EventEmitter {
  write(packet: Buffer): void;
}

interface HciLayer extends EventEmitter {
  readonly _socket: HciSocket;
}

interface Bindings {
  readonly _hci: HciLayer;
  /** A SIGINT listener that ends the process; see `keepSigint`. */
  readonly onSigIntBinded?: () => void;
}

/** The parts of noble this product uses; those with an underscore are not its public face and are pinned by version. */
export interface Noble extends EventEmitter {
  readonly _bindings: Bindings;
  startScanning(serviceUuids: readonly string[], allowDuplicates: boolean): void;
  stopScanning(): void;
}

export interface Bleno extends EventEmitter {
  readonly state: string;
  readonly _bindings: Bindings;
  startAdvertisingWithEIRData(advert: Buffer, scanResponse: Buffer): void;
}

const require = createRequire(import.meta.url);

/** Loads noble for one adapter. Throws {@link RadioUnavailable}: the library throws at load on a kernel without Bluetooth. */
export function loadNoble(deviceId: number): Noble {
  // Both are read while the library loads or comes up, so they must be set before.
  process.env['NOBLE_HCI_DEVICE_ID'] = String(deviceId);
  process.env['NOBLE_REPORT_ALL_HCI_EVENTS'] = '1';
  const noble = load<Noble>('@abandonware/noble');
  // Its table of peripherals keeps every address for ever and mixes old bytes into new reports. Frames are read from the
  // socket instead, so nobody needs the events that fill the table.
  for (const event of ['leAdvertisingReport', 'leExtendedAdvertisingReport']) {
    noble._bindings._hci.removeAllListeners(event);
  }
  return noble;
}

/** Loads bleno for one adapter; throws like {@link loadNoble}. */
export function loadBleno(deviceId: number): Bleno {
  process.env['BLENO_HCI_DEVICE_ID'] = String(deviceId);
  process.env['BLENO_ADVERTISING_INTERVAL'] = String(ADVERTISING_INTERVAL_MS);
  return load<Bleno>('@abandonware/bleno');
}

/** Both libraries end the process on SIGINT, without waiting for anything; whoever composes the daemon decides instead. */
export function keepSigint(library: Noble | Bleno): void {
  const listener = library._bindings.onSigIntBinded;
  if (listener !== undefined) process.removeListener('SIGINT', listener);
}

/** Whether the lab has put its own socket in the place of the native one. */
export function isAirLoaded(): boolean {
  try {
    return !require.resolve('@abandonware/bluetooth-hci-socket').includes('node_modules');
  } catch {
    return false;
  }
}

function load<T>(name: string): T {
  try {
    return require(name) as T;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RadioUnavailable(
      `${name} cannot open Bluetooth here (${why}); check that the kernel has Bluetooth and this user may use raw HCI sockets, or use the virtual air with ./scripts/start`,
    );
  }
}
