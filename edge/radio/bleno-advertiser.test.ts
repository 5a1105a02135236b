import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ADV_NONCONN_IND, decodeCommand, encodeCommand, OPCODE } from '../../protocol/hci/commands.ts';
import { encodeCommandComplete } from '../../protocol/hci/events.ts';
import type { Advert } from '../core/advert-schedule.ts';
import { ADVERTISER_REFRESH_MS, ADVERTISER_RETRY_MS, ADVERTISER_SETTLE_MS } from '../core/thresholds.ts';
import { createBlenoAdvertiser } from './bleno-advertiser.ts';
import type { HciSocket } from './libraries.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const HOLD_MS = 500;

/** Answers every command a tick later, refuses what it is told to, and writes what bleno writes. */
class Controller extends EventEmitter implements HciSocket {
  readonly written: { opcode: number; params: Uint8Array }[] = [];
  refuse: number | undefined;
  enabled = false;

  write(packet: Buffer): void {
    const command = decodeCommand(packet);
    if (command === undefined) throw new Error('no command');
    this.written.push({ opcode: command.opcode, params: Uint8Array.from(command.params) });
    const refused = command.opcode === this.refuse;
    if (command.opcode === OPCODE.leSetAdvertiseEnable && !refused) this.enabled = command.params[0] === 1;
    setTimeout(() => this.complete(command.opcode, refused ? 0x0c : 0), 1);
  }

  complete(opcode: number, status = 0): void {
    this.emit('data', encodeCommandComplete(opcode, status));
  }

  count(opcode: number): number {
    return this.written.filter((command) => command.opcode === opcode).length;
  }
}

class FakeBleno extends EventEmitter {
  state = 'unknown';
  readonly _bindings: { readonly _hci: EventEmitter & { readonly _socket: Controller } };
  readonly #controller: Controller;

  constructor(controller: Controller) {
    super();
    this.#controller = controller;
    this._bindings = { _hci: Object.assign(new EventEmitter(), { _socket: controller }) };
  }

  power(state: 'poweredOn' | 'poweredOff'): void {
    this.state = state;
    this.emit('stateChange', state);
  }

  startAdvertisingWithEIRData(advert: Buffer): void {
    const data = encodeCommand(OPCODE.leSetAdvertisingData, advert);
    const scanResponse = encodeCommand(OPCODE.leSetScanResponseData);
    const enable = encodeCommand(OPCODE.leSetAdvertiseEnable, Uint8Array.of(1));
    for (const packet of [scanResponse, data, enable, scanResponse, data]) this.#controller.write(Buffer.from(packet));
  }
}

async function setUp() {
  const controller = new Controller();
  const bleno = new FakeBleno(controller);
  const confirmed: Advert[] = [];
  const silent: string[] = [];
  const advertiser = createBlenoAdvertiser({ deviceId: 0, adapterUp: Promise.resolve(), load: () => bleno });
  let serial = 0;
  await advertiser.start({
    nextAdvert() {
      serial += 1;
      return { kind: 'ibeacon', holdMs: HOLD_MS, payload: Uint8Array.of(serial) };
    },
    onConfirmed: (advert) => void confirmed.push(advert),
    onSilent: (why) => void silent.push(why),
  });
  const onAir = async () => {
    bleno.power('poweredOn');
    await vi.advanceTimersByTimeAsync(ADVERTISER_SETTLE_MS + 10);
  };
  return { controller, bleno, advertiser, confirmed, silent, onAir };
}

describe('advertiser', () => {
  it('silences leftovers, sets its own parameters, then starts', async () => {
    const { controller, confirmed, onAir } = await setUp();
    await onAir();
    const [first, second] = controller.written;
    expect(first).toMatchObject({ opcode: OPCODE.leSetAdvertiseEnable, params: Uint8Array.of(0) });
    expect(second?.opcode).toBe(OPCODE.leSetAdvertisingParameters);
    expect([...(second?.params.subarray(0, 5) ?? [])]).toEqual([244, 0, 244, 0, ADV_NONCONN_IND]);
    expect(controller.enabled).toBe(true);
    expect(confirmed).toHaveLength(1);
  });

  it('changes the payload under way, without switching off', async () => {
    const { controller, confirmed, onAir } = await setUp();
    await onAir();
    const enables = controller.count(OPCODE.leSetAdvertiseEnable);
    await vi.advanceTimersByTimeAsync(4 * HOLD_MS + 50);
    expect(confirmed.map(({ payload }) => payload[0])).toEqual([1, 2, 3, 4, 5]);
    expect(controller.count(OPCODE.leSetAdvertiseEnable)).toBe(enables);
  });

  it('arms again when somebody else touches advertising, and after a reset', async () => {
    for (const opcode of [OPCODE.leSetAdvertiseEnable, OPCODE.reset]) {
      const { controller, onAir, advertiser } = await setUp();
      await onAir();
      const parameters = controller.count(OPCODE.leSetAdvertisingParameters);
      controller.complete(opcode);
      await vi.advanceTimersByTimeAsync(ADVERTISER_SETTLE_MS + HOLD_MS);
      expect(controller.count(OPCODE.leSetAdvertisingParameters)).toBe(parameters + 1);
      expect(advertiser.counters().rearmed).toBe(1);
    }
  });

  it('arms again now and then even when all seems well', async () => {
    const { controller, onAir, silent } = await setUp();
    await onAir();
    await vi.advanceTimersByTimeAsync(ADVERTISER_REFRESH_MS + 2 * HOLD_MS);
    expect(controller.count(OPCODE.leSetAdvertisingParameters)).toBe(2);
    expect(silent).toEqual([]);
  });

  it.each([
    ['parameters', OPCODE.leSetAdvertisingParameters],
    ['start', OPCODE.leSetScanResponseData],
  ])('a refused %s confirms nothing, is told, and is tried again', async (_name, opcode) => {
    const { controller, confirmed, silent, onAir } = await setUp();
    controller.refuse = opcode;
    await onAir();
    expect(confirmed).toEqual([]);
    expect(silent[0]).toContain('status 0x0c');
    controller.refuse = undefined;
    await vi.advanceTimersByTimeAsync(ADVERTISER_RETRY_MS + 10);
    expect(confirmed).toHaveLength(1);
  });

  it('being refused a needless disable is no failure', async () => {
    const { controller, bleno, confirmed } = await setUp();
    controller.refuse = OPCODE.leSetAdvertiseEnable;
    bleno.power('poweredOn');
    await vi.advanceTimersByTimeAsync(ADVERTISER_SETTLE_MS + 1);
    controller.refuse = undefined;
    await vi.advanceTimersByTimeAsync(10);
    expect(confirmed).toHaveLength(1);
  });

  it('a lost adapter is told at once, and its return arms', async () => {
    const { bleno, confirmed, silent, onAir } = await setUp();
    await onAir();
    bleno.power('poweredOff');
    expect(silent).toEqual(['the adapter is poweredOff']);
    await vi.advanceTimersByTimeAsync(10 * HOLD_MS);
    expect(confirmed).toHaveLength(1);
    await onAir();
    expect(confirmed).toHaveLength(2);
  });

  it.each([0, 1, 2, 3, 4, 100, HOLD_MS])('stopped %i ms into arming or being on air, it stays silent', async (ms) => {
    const { controller, bleno, advertiser } = await setUp();
    bleno.power('poweredOn');
    await vi.advanceTimersByTimeAsync(ADVERTISER_SETTLE_MS + ms);
    const stopped = advertiser.stop();
    await vi.advanceTimersByTimeAsync(5_000);
    await stopped;
    expect(controller.enabled).toBe(false);
  });

  it('does not wait for a controller that is gone', async () => {
    const { bleno, advertiser, onAir } = await setUp();
    await onAir();
    bleno.state = 'poweredOff';
    await advertiser.stop();
  });
});
