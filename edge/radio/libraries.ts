import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { errorMessage } from '../../protocol/error-message.ts';
import { isAdvertisingReports } from '../../protocol/hci/events.ts';
import { ADVERTISING_INTERVAL_MS } from '../core/thresholds.ts';
import { RadioUnavailable } from './ports.ts';

/** The raw HCI socket below noble and bleno. Packets are whole H4 packets with their type byte. */
export interface HciSocket extends EventEmitter {
  write(packet: Buffer): void;
}

/** The same addon's socket on the kernel's management channel: packets are management commands and events. */
export interface ControlSocket extends HciSocket {
  bindControl(): void;
  start(): void;
  stop(): void;
}

interface HciLayer extends EventEmitter {
  readonly _socket: HciSocket;
  /** Bound to the socket whenever the library opens it, so replaced before that. */
  onSocketData?: (packet: Buffer) => void;
}

/** Asks once a second, for ever, whether its adapter is up. */
interface NobleHciLayer extends HciLayer {
  readonly _socket: HciSocket & { stop(): void };
  pollIsDevUp(): void;
}

interface Bindings extends Partial<Pick<EventEmitter, 'removeAllListeners'>> {
  readonly _hci: HciLayer;
  /** A SIGINT listener that ends the process; see `keepSigint`. */
  readonly onSigIntBinded?: () => void;
}

/** The parts of noble this product uses; those with an underscore are not its public face and are pinned by version. */
export interface Noble extends EventEmitter {
  readonly _bindings: Bindings & { readonly _hci: NobleHciLayer };
  startScanning(serviceUuids: readonly string[], allowDuplicates: boolean): void;
  stopScanning(): void;
}

export interface Bleno extends EventEmitter {
  readonly state: string;
  readonly _bindings: Bindings;
  startAdvertisingWithEIRData(advert: Buffer, scanResponse: Buffer): void;
}

const require = createRequire(import.meta.url);

/**
 * A new noble with a socket of its own for one adapter. Throws {@link RadioUnavailable}: the library throws at load on a
 * kernel without Bluetooth.
 */
export function loadNoble(deviceId: number): Noble {
  process.env['NOBLE_REPORT_ALL_HCI_EVENTS'] = '1';
  shareAdapter();
  const make = load<(options: { readonly deviceId: number }) => Noble>('@abandonware/noble/with-custom-binding');
  const noble = guarded('@abandonware/noble', () => make({ deviceId }));
  // Its table of peripherals keeps every address for ever and mixes old bytes into new reports. Frames are read from the
  // socket instead, so nobody needs the events that fill the table.
  for (const event of ['leAdvertisingReport', 'leExtendedAdvertisingReport']) {
    noble._bindings._hci.removeAllListeners(event);
  }
  spareReports(noble._bindings._hci);
  return noble;
}

/**
 * Keeps advertising reports from a library that has no use for them: it would turn each into several debug texts nobody
 * reads, which takes many times as long as reading the frame.
 */
function spareReports(hci: HciLayer): void {
  const receive = hci.onSocketData;
  if (receive === undefined) return;
  hci.onSocketData = (packet) => {
    if (!isAdvertisingReports(packet)) receive.call(hci, packet);
  };
}

/**
 * Sockets are never given back: the addon frees a part of itself when one is collected as garbage, and the process dies of
 * it ("free(): invalid pointer").
 */
const KEPT = new Set<object>();

/** Ends a noble for good, so that another can take its place; noble itself has no way to be closed. */
export function discardNoble(noble: Noble): void {
  const hci = noble._bindings._hci;
  hci.pollIsDevUp = () => undefined;
  noble.removeAllListeners();
  noble._bindings.removeAllListeners?.();
  hci._socket.removeAllListeners();
  // Writes after an unplug are errors, and an error without a listener would end the process.
  hci._socket.on('error', () => undefined);
  hci._socket.stop();
  KEPT.add(hci._socket);
  keepSigint(noble);
}

/** Scanner and advertiser hold one adapter together, which the exclusive user channel forbids. */
function shareAdapter(): void {
  delete process.env['HCI_CHANNEL_USER'];
}

/** A socket on the management channel, open. Throws where the kernel or the permissions do not allow it. */
export function openControlSocket(): ControlSocket {
  const Socket = load<new () => ControlSocket>('@abandonware/bluetooth-hci-socket');
  const socket = new Socket();
  KEPT.add(socket);
  socket.bindControl();
  return socket;
}

/** Loads bleno for one adapter; throws like {@link loadNoble}. */
export function loadBleno(deviceId: number): Bleno {
  process.env['BLENO_HCI_DEVICE_ID'] = String(deviceId);
  process.env['BLENO_ADVERTISING_INTERVAL'] = String(ADVERTISING_INTERVAL_MS);
  shareAdapter();
  const bleno = load<Bleno>('@abandonware/bleno');
  spareReports(bleno._bindings._hci);
  return bleno;
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

const load = <T>(name: string): T => guarded(name, () => require(name) as T);

function guarded<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw unavailable(name, error);
  }
}

/** The sentence for what a library or the kernel threw while opening an adapter. */
export function unavailable(what: string, error: unknown): RadioUnavailable {
  const why = errorMessage(error);
  const advice = Object.entries(ADVICE).find(([code]) => why.includes(code))?.[1] ?? GENERAL_ADVICE;
  return new RadioUnavailable(`${what} cannot open Bluetooth here (${why}); ${advice}`);
}

const ADVICE = {
  EBUSY: 'another program holds the adapter for itself (HCI user channel): stop it, or choose another with --radio',
  ENODEV: 'the adapter is not there (any more): check "hciconfig -a" and --radio',
  EPERM: 'this user may not use raw HCI sockets: grant CAP_NET_RAW and CAP_NET_ADMIN, as the systemd unit does',
  EACCES: 'this user may not use raw HCI sockets: grant CAP_NET_RAW and CAP_NET_ADMIN, as the systemd unit does',
} as const;

const GENERAL_ADVICE =
  'check that the kernel has Bluetooth and this user may use raw HCI sockets, or use the virtual air with ./scripts/start';
