import { encodeCommand, leSetScanEnable, leSetScanParameters, OPCODE } from '../../protocol/hci/commands.ts';
import type { Action, ActionOutcome, RadioFact } from '../core/supervision.ts';
import { REOPEN_TIMEOUT_MS } from '../core/thresholds.ts';
import { type CommandOutcome, createHciCommander, type HciCommander } from './hci-commander.ts';
import { discardNoble, type HciSocket, keepSigint, loadNoble, type Noble, unavailable } from './libraries.ts';
import type { Management } from './management.ts';
import type { AdapterState } from './ports.ts';

export interface NobleLinkOptions {
  readonly deviceId: number;
  /** Absent where there is no kernel below, or it does not let us. */
  readonly management: Management | undefined;
  readonly onPacket: (packet: Buffer) => void;
  readonly onState: (state: AdapterState) => void;
  readonly onFact: (fact: RadioFact) => void;
  readonly load?: (deviceId: number) => Noble;
}

/**
 * noble, its socket and the commands we write there ourselves.
 *
 *   closed ──open──▶ off ──poweredOn──▶ scanning ──poweredOff──▶ off …      reopen: the same with a new noble and socket
 *
 * Invariants: packets and command answers come from the socket of the present noble only; each answer that no command
 * of ours waits for, and that ends or changes a scan, is told as a disturbance.
 */
export interface NobleLink {
  /** Resolves when the adapter has been opened. Rejects with `RadioUnavailable`. */
  open(): Promise<void>;
  carryOut(action: Action): Promise<ActionOutcome>;
  close(): void;
}

/** Commands of others after which a scan is no longer ours; the last two are the extended ones newer programs use. */
const DISTURBING: ReadonlySet<number> = new Set([
  OPCODE.reset,
  OPCODE.leSetScanEnable,
  OPCODE.leSetScanParameters,
  0x2041,
  0x2042,
]);

/** Events noble needs; a reset controller reports no adverts until it is told to again. */
const WAKE = [
  encodeCommand(OPCODE.setEventMask, Uint8Array.of(0xff, 0xff, 0xfb, 0xff, 0x07, 0xf8, 0xbf, 0x3d)),
  encodeCommand(OPCODE.leSetEventMask, Uint8Array.of(0x1f, 0, 0, 0, 0, 0, 0, 0)),
] as const;

/** What noble itself sets: active, listening all the time. */
const SCAN_PARAMETERS = leSetScanParameters({ active: true, intervalUnits: 0x12, windowUnits: 0x12 });
/** What noble writes to start; each is answered once. */
const NOBLE_START = [OPCODE.leSetScanEnable, OPCODE.leSetScanParameters, OPCODE.leSetScanEnable] as const;
const COMMAND_DISALLOWED = 0x0c;

export function createNobleLink(options: NobleLinkOptions): NobleLink {
  const { deviceId, management, onFact } = options;
  let noble: Noble | undefined;
  let socket: HciSocket | undefined;
  let commander: HciCommander | undefined;
  let whenOn = Promise.withResolvers<void>();

  const detach = (): void => {
    commander?.abandon();
    if (commander !== undefined) socket?.off('data', commander.receive);
    socket?.off('data', options.onPacket);
    commander = undefined;
  };

  /** noble removes every listener from its socket when an adapter comes back, ours included. */
  function attach(present: Noble): void {
    detach();
    const bound = present._bindings._hci._socket;
    socket = bound;
    commander = createHciCommander({
      write: (packet) => bound.write(Buffer.from(packet)),
      onForeign: (opcode) => DISTURBING.has(opcode) && onFact({ type: 'disturbed' }),
    });
    bound.on('data', options.onPacket);
    bound.on('data', commander.receive);
  }

  function open(): Promise<void> {
    const opened = (options.load ?? loadNoble)(deviceId);
    noble = opened;
    whenOn = Promise.withResolvers();
    return new Promise((resolve, fail) => {
      opened.on('warning', (message: string) => {
        if (message.startsWith('Initialization')) fail(unavailable(`hci${deviceId}`, message));
      });
      // The first listener makes noble open the adapter on the next tick.
      opened.on('stateChange', (state: string) => opened === noble && onState(opened, state));
      setImmediate(() => {
        keepSigint(opened);
        resolve();
      });
    });
  }

  function onState(present: Noble, state: string): void {
    if (state === 'poweredOn') {
      keepSigint(present);
      attach(present);
      void restart().then((outcome) => {
        if (outcome === 'no-answer') onFact({ type: 'no-answer' });
        // Refused while the adapter is on: to be tried again, and then harder.
        if (outcome === 'refused' && commander !== undefined) onFact({ type: 'disturbed' });
      });
      whenOn.resolve();
    } else {
      detach();
    }
    options.onState(state === 'poweredOn' ? 'on' : 'off');
    onFact({ type: 'adapter', state: state === 'poweredOn' ? 'on' : 'off' });
  }

  async function restart(): Promise<ActionOutcome> {
    if (commander === undefined || noble === undefined) return 'refused';
    const { send, expect } = commander;
    const woken = await Promise.all(WAKE.map(send));
    if (woken.some(({ kind }) => kind === 'timeout')) return 'no-answer';
    // The adapter may have gone off meanwhile, and noble throws then.
    if (commander?.send !== send) return 'refused';
    const answers = Promise.all(NOBLE_START.map(expect));
    // Without duplicates the controller reports an address once and its signal strength never again.
    noble.startScanning([], true);
    const [, , enabled] = await answers;
    return enabled === undefined ? 'refused' : outcomeOf(enabled);
  }

  async function reenable(): Promise<ActionOutcome> {
    if (commander === undefined) return 'refused';
    return outcomeOf(await commander.send(leSetScanEnable({ enabled: true, filterDuplicates: false })));
  }

  /** Parameters may not be set while a scan is on, so only a scanning controller refuses them. */
  async function probe(): Promise<ActionOutcome> {
    if (commander === undefined) return 'refused';
    const answer = await commander.send(SCAN_PARAMETERS);
    if (answer.kind !== 'status') return outcomeOf(answer);
    return answer.status === 0 ? 'not-scanning' : answer.status === COMMAND_DISALLOWED ? 'done' : 'refused';
  }

  async function reopen(): Promise<ActionOutcome> {
    detach();
    if (noble !== undefined) discardNoble(noble);
    try {
      await open();
    } catch {
      return 'refused';
    }
    return within(REOPEN_TIMEOUT_MS, whenOn.promise);
  }

  async function reset(): Promise<ActionOutcome> {
    const answer = await commander?.send(encodeCommand(OPCODE.reset));
    if (answer?.kind === 'status') return restart();
    if (management === undefined) return answer?.kind === 'timeout' ? 'no-answer' : 'refused';
    // Off and on again in the kernel: on many boards that cuts the chip's power or loads its firmware anew.
    await management.setPowered(deviceId, false);
    if (!(await management.setPowered(deviceId, true))) return 'no-answer';
    // noble looks once a second and may have seen nothing of it.
    return commander === undefined ? 'done' : restart();
  }

  const actions = { probe, reenable, restart, reopen, reset };
  return {
    open,
    carryOut: (action) => actions[action](),
    close() {
      if (commander !== undefined) noble?.stopScanning();
      detach();
    },
  };
}

function outcomeOf(answer: CommandOutcome): ActionOutcome {
  if (answer.kind === 'status') return answer.status === 0 ? 'done' : 'refused';
  return answer.kind === 'timeout' ? 'no-answer' : 'refused';
}

function within(ms: number, done: Promise<void>): Promise<ActionOutcome> {
  const { promise, resolve } = Promise.withResolvers<ActionOutcome>();
  const timer = setTimeout(() => resolve('no-answer'), ms);
  void done.then(() => {
    clearTimeout(timer);
    resolve('done');
  });
  return promise;
}
