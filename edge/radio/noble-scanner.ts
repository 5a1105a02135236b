import { decodeFrame } from '../../protocol/frames/frame.ts';
import { decodeEvent } from '../../protocol/hci/events.ts';
import type { MonoMs } from '../../protocol/units.ts';
import { SCAN_RESTART_GRACE_MS } from '../core/thresholds.ts';
import { type HciSocket, keepSigint, loadNoble, type Noble } from './libraries.ts';
import { RadioUnavailable, type Scanner, type ScannerCounters, type ScannerHandlers } from './ports.ts';

export interface NobleScannerOptions {
  readonly deviceId: number;
  readonly mono: () => MonoMs;
}

/**
 * Scanning through noble: it brings the adapter up and switches the scan, and nothing more. Frames come from the
 * advertising reports on its HCI socket.
 *
 *   opened ──poweredOn──▶ scanning ──poweredOff──▶ off ──poweredOn──▶ scanning …
 *                            └──a stop, or a duplicate filter, that we did not ask for: scan again──┘
 */
export function createNobleScanner({ deviceId, mono }: NobleScannerOptions): Scanner {
  let noble: Noble | undefined;
  let socket: HciSocket | undefined;
  let handlers: ScannerHandlers | undefined;
  let powered = false;
  let scanAskedAt = mono();
  let restartTimer: NodeJS.Timeout | undefined;
  const counters = { adverts: 0, scanRestarts: 0, rejects: new Map<string, number>() };

  function onData(packet: Buffer): void {
    // Cheap look first: command completions and the other library's traffic share this socket.
    if (packet[0] !== 0x04 || packet[1] !== 0x3e) return;
    const event = decodeEvent(packet);
    if (event?.kind !== 'advertising-reports') return;
    const at = mono();
    for (const { data, rssi } of event.reports) {
      counters.adverts += 1;
      const frame = decodeFrame(data);
      if (frame.ok) handlers?.onSighting({ frame: frame.value, rssi, at });
      else counters.rejects.set(frame.reject.code, (counters.rejects.get(frame.reject.code) ?? 0) + 1);
    }
  }

  function scan(): void {
    if (noble === undefined || !powered) return;
    // noble removes every listener from its socket when an adapter comes back, ours included.
    socket?.off('data', onData);
    socket = noble._bindings._hci._socket;
    socket.on('data', onData);
    scanAskedAt = mono();
    // Without duplicates the controller reports an address once and its signal strength never again.
    noble.startScanning([], true);
  }

  /** Starting a scan makes noble report a stop of its own; only later ones are somebody else's doing. */
  function onDisturbed(): void {
    if (!powered || restartTimer !== undefined || mono() - scanAskedAt < SCAN_RESTART_GRACE_MS) return;
    restartTimer = setTimeout(() => {
      restartTimer = undefined;
      counters.scanRestarts += 1;
      scan();
    }, SCAN_RESTART_GRACE_MS);
  }

  function onState(state: string): void {
    powered = state === 'poweredOn';
    if (powered && noble !== undefined) keepSigint(noble);
    if (powered) scan();
    handlers?.onState(powered ? 'on' : 'off');
  }

  return {
    start(given) {
      handlers = given;
      return new Promise((resolve, fail) => {
        const library = loadNoble(deviceId);
        noble = library;
        library.on('warning', (message: string) => {
          if (!message.startsWith('Initialization')) return;
          fail(new RadioUnavailable(`hci${deviceId} cannot be opened (${message}); check "hciconfig -a" and --radio`));
        });
        library.on('scanStop', onDisturbed);
        library.on('scanStart', (filtersDuplicates: boolean) => filtersDuplicates && onDisturbed());
        // The first listener makes noble open the adapter on the next tick.
        library.on('stateChange', onState);
        setImmediate(() => {
          keepSigint(library);
          resolve();
        });
      });
    },
    async stop() {
      clearTimeout(restartTimer);
      socket?.off('data', onData);
      handlers = undefined;
      if (powered) noble?.stopScanning();
      powered = false;
    },
    counters: (): ScannerCounters => ({ ...counters, rejects: Object.fromEntries(counters.rejects) }),
  };
}
