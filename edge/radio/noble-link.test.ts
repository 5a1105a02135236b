import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeCommand, encodeCommand, OPCODE } from '../../protocol/hci/commands.ts';
import { encodeCommandComplete } from '../../protocol/hci/events.ts';
import type { Action, RadioFact } from '../core/supervision.ts';
import { HCI_COMMAND_TIMEOUT_MS, REOPEN_TIMEOUT_MS } from '../core/thresholds.ts';
import type { HciSocket, Noble } from './libraries.ts';
import type { Management } from './management.ts';
import { createNobleLink } from './noble-link.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** One controller behind however many sockets; it scans, hangs, refuses and forgets. */
class Controller {
  readonly sockets = new Set<Socket>();
  readonly written: number[] = [];
  scanning = false;
  hung = false;
  refuse: number | undefined;

  write(packet: Uint8Array): void {
    const command = decodeCommand(packet);
    if (command === undefined) throw new Error('no command');
    const { opcode, params } = command;
    this.written.push(opcode);
    if (this.hung) return;
    const busy = opcode === OPCODE.leSetScanParameters && this.scanning;
    const status = busy || opcode === this.refuse ? 0x0c : 0;
    if (opcode === OPCODE.leSetScanEnable && status === 0) this.scanning = params[0] === 1;
    if (opcode === OPCODE.reset) this.scanning = false;
    setTimeout(() => {
      for (const socket of this.sockets) socket.emit('data', Buffer.from(encodeCommandComplete(opcode, status)));
    }, 1);
  }
}

class Socket extends EventEmitter implements HciSocket {
  readonly #controller: Controller;

  constructor(controller: Controller) {
    super();
    this.#controller = controller;
    controller.sockets.add(this);
  }

  write(packet: Buffer): void {
    this.#controller.write(packet);
  }

  stop(): void {
    this.#controller.sockets.delete(this);
  }
}

class FakeNoble extends EventEmitter implements Noble {
  readonly _bindings: Noble['_bindings'];
  readonly #socket: Socket;

  constructor(controller: Controller) {
    super();
    this.#socket = new Socket(controller);
    const hci = Object.assign(new EventEmitter(), { _socket: this.#socket, pollIsDevUp: () => undefined });
    this._bindings = { _hci: hci };
  }

  startScanning(): void {
    for (const [opcode, params] of [
      [OPCODE.leSetScanEnable, [0, 1]],
      [OPCODE.leSetScanParameters, [1]],
      [OPCODE.leSetScanEnable, [1, 0]],
    ] as const) {
      this.#socket.write(Buffer.from(encodeCommand(opcode, Uint8Array.from(params))));
    }
  }

  stopScanning(): void {}
}

async function setUp(management?: Management) {
  const controller = new Controller();
  const facts: RadioFact[] = [];
  const nobles: FakeNoble[] = [];
  const link = createNobleLink({
    deviceId: 0,
    management,
    onPacket: () => undefined,
    onState: () => undefined,
    onFact: (fact) => void facts.push(fact),
    load() {
      const noble = new FakeNoble(controller);
      nobles.push(noble);
      return noble;
    },
  });
  const opened = link.open();
  await vi.advanceTimersByTimeAsync(1);
  await opened;
  nobles[0]?.emit('stateChange', 'poweredOn');
  await vi.advanceTimersByTimeAsync(10);
  /** Carries out `action`, giving it `ms` of time. */
  const act = async (action: Action, ms = 10) => {
    const outcome = link.carryOut(action);
    await vi.advanceTimersByTimeAsync(ms);
    return outcome;
  };
  return { controller, facts, nobles, link, act };
}

describe('noble link', () => {
  it('scans once the adapter is on, and takes none of its own commands for a disturbance', async () => {
    const { controller, facts, act } = await setUp();
    expect(controller.scanning).toBe(true);
    expect(await act('probe')).toBe('done');
    expect(await act('reenable')).toBe('done');
    expect(await act('restart')).toBe('done');
    expect(await act('reset')).toBe('done');
    expect(controller.scanning).toBe(true);
    expect(facts).toEqual([{ type: 'adapter', state: 'on' }]);
  });

  it.each([OPCODE.reset, OPCODE.leSetScanEnable, OPCODE.leSetScanParameters])(
    'what another program does to the scan is told (opcode %i)',
    async (opcode) => {
      const { controller, facts } = await setUp();
      controller.write(encodeCommand(opcode, Uint8Array.of(0, 0)));
      await vi.advanceTimersByTimeAsync(10);
      expect(facts.at(-1)).toEqual({ type: 'disturbed' });
    },
  );

  it('the probe tells a scan that ended in silence from one that runs', async () => {
    const { controller, act } = await setUp();
    controller.scanning = false;
    expect(await act('probe')).toBe('not-scanning');
    expect(await act('restart')).toBe('done');
    expect(await act('probe')).toBe('done');
  });

  it.each(['probe', 'reenable', 'restart', 'reset'] as const)(
    '%s on a hung controller is no answer',
    async (action) => {
      const { controller, act } = await setUp();
      controller.hung = true;
      expect(await act(action, HCI_COMMAND_TIMEOUT_MS)).toBe('no-answer');
    },
  );

  it('a hung controller is switched off and on in the kernel where there is one', async () => {
    const switched: boolean[] = [];
    const { controller, act } = await setUp({
      adapters: async () => [],
      async setPowered(_index, on) {
        switched.push(on);
        if (on) controller.hung = false;
        return true;
      },
      close: () => undefined,
    });
    controller.hung = true;
    expect(await act('reset', HCI_COMMAND_TIMEOUT_MS + 10)).toBe('done');
    expect(switched).toEqual([false, true]);
    expect(controller.scanning).toBe(true);
  });

  it('a refusal is told as one, at the start too', async () => {
    const { controller, facts, nobles, act } = await setUp();
    controller.refuse = OPCODE.leSetScanEnable;
    expect(await act('restart')).toBe('refused');
    nobles[0]?.emit('stateChange', 'poweredOff');
    nobles[0]?.emit('stateChange', 'poweredOn');
    await vi.advanceTimersByTimeAsync(10);
    expect(facts.at(-1)).toEqual({ type: 'disturbed' });
  });

  it('opens a new socket and closes the old one', async () => {
    const { controller, nobles, act } = await setUp();
    const old = [...controller.sockets];
    const outcome = act('reopen', 1);
    await vi.advanceTimersByTimeAsync(1);
    nobles[1]?.emit('stateChange', 'poweredOn');
    expect(await outcome).toBe('done');
    await vi.advanceTimersByTimeAsync(10);
    expect([...controller.sockets]).not.toContain(old[0]);
    expect(controller.sockets.size).toBe(1);
    expect(await act('probe')).toBe('done');
    expect(await act('reopen', REOPEN_TIMEOUT_MS + 10)).toBe('no-answer');
  });

  it('an adapter that is off refuses everything', async () => {
    const { nobles, act } = await setUp();
    nobles[0]?.emit('stateChange', 'poweredOff');
    for (const action of ['probe', 'reenable', 'restart', 'reset'] as const) expect(await act(action)).toBe('refused');
  });
});
