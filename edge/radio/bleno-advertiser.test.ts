import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ADV_NONCONN_IND, decodeCommand, encodeCommand, OPCODE } from '../../protocol/hci/commands.ts';
import { encodeCommandComplete } from '../../protocol/hci/events.ts';
import { epochMs } from '../../protocol/units.ts';
import type { Advert } from '../core/advert-schedule.ts';
import type { RadioFact } from '../core/supervision.ts';
import {
  ADVERTISER_PROBE_MS,
  ADVERTISER_REFRESH_MS,
  ADVERTISER_RETRY_MS,
  ADVERTISER_SETTLE_MS,
  HCI_COMMAND_TIMEOUT_MS,
} from '../core/thresholds.ts';
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
  hung = false;

  write(packet: Buffer): void {
    const command = decodeCommand(packet);
    if (command === undefined) throw new Error('no command');
    this.written.push({ opcode: command.opcode, params: Uint8Array.from(command.params) });
    // As the specification has it: no new parameters under way.
    const busy = command.opcode === OPCODE.leSetAdvertisingParameters && this.enabled;
    const refused = busy || command.opcode === this.refuse;
    if (command.opcode === OPCODE.leSetAdvertiseEnable && !refused) this.enabled = command.params[0] === 1;
    if (!this.hung) setTimeout(() => this.complete(command.opcode, refused ? 0x0c : 0), 1);
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

async function setUp(schedule?: (serial: number) => Advert, intervalUnits?: number) {
  const controller = new Controller();
  const bleno = new FakeBleno(controller);
  const confirmed: Advert[] = [];
  const silent: string[] = [];
  const facts: RadioFact[] = [];
  const advertiser = createBlenoAdvertiser({
    deviceId: 0,
    adapterUp: Promise.resolve(),
    load: () => bleno,
    onFact: (fact) => void facts.push(fact),
    ...(intervalUnits === undefined ? {} : { intervalUnits }),
  });
  let serial = 0;
  await advertiser.start({
    nextAdvert() {
      serial += 1;
      return schedule?.(serial) ?? { kind: 'ibeacon', holdMs: HOLD_MS, payload: Uint8Array.of(serial) };
    },
    onConfirmed: (advert) => void confirmed.push(advert),
    onSilent: (why) => void silent.push(why),
  });
  const onAir = async () => {
    bleno.power('poweredOn');
    await vi.advanceTimersByTimeAsync(ADVERTISER_SETTLE_MS + 10);
  };
  return { controller, bleno, advertiser, confirmed, silent, facts, onAir };
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
    expect(confirmed.map((advert) => 'payload' in advert && advert.payload[0])).toEqual([1, 2, 3, 4, 5]);
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
    const { advertiser, controller, onAir, silent } = await setUp();
    await onAir();
    const enables = controller.count(OPCODE.leSetAdvertiseEnable);
    await vi.advanceTimersByTimeAsync(ADVERTISER_REFRESH_MS - 2 * HOLD_MS);
    expect(controller.count(OPCODE.leSetAdvertiseEnable)).toBe(enables);
    await vi.advanceTimersByTimeAsync(4 * HOLD_MS);
    expect(advertiser.counters().rearmed).toBe(1);
    expect(silent).toEqual([]);
  });

  it('finds out that the controller fell silent by itself, and arms again', async () => {
    const { controller, onAir, advertiser } = await setUp();
    await onAir();
    controller.enabled = false;
    await vi.advanceTimersByTimeAsync(ADVERTISER_PROBE_MS + ADVERTISER_SETTLE_MS + 2 * HOLD_MS);
    expect(controller.enabled).toBe(true);
    expect(advertiser.counters().rearmed).toBe(1);
  });

  it('tells whoever watches over the radio of air and of unanswered commands', async () => {
    const { controller, facts, onAir } = await setUp();
    await onAir();
    expect(facts).toEqual([{ type: 'on-air' }]);
    controller.hung = true;
    await vi.advanceTimersByTimeAsync(HOLD_MS + HCI_COMMAND_TIMEOUT_MS + 10);
    expect(facts.slice(-2)).toEqual([{ type: 'off-air' }, { type: 'no-answer' }]);
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

describe('planned silence', () => {
  const UNTIL = epochMs(1_767_225_600_000);
  const silence: Advert = { kind: 'silence', holdMs: HOLD_MS, untilMs: UNTIL };
  const advert: Advert = { kind: 'ibeacon', holdMs: HOLD_MS, payload: Uint8Array.of(1) };

  it('switches off at closing time, says so, and arms at opening time', async () => {
    const { controller, confirmed, silent, facts, onAir } = await setUp((serial) =>
      serial === 2 || serial === 3 || serial === 4 ? silence : advert,
    );
    await onAir();
    expect(controller.enabled).toBe(true);
    await vi.advanceTimersByTimeAsync(HOLD_MS);
    expect(controller.enabled).toBe(false);
    expect(confirmed.at(-1)).toEqual(silence);
    await vi.advanceTimersByTimeAsync(3 * HOLD_MS);
    expect(controller.enabled).toBe(true);
    expect(confirmed.at(-1)).toEqual(advert);
    // Being quiet by plan is no trouble that anybody should recover from.
    expect(silent).toEqual([]);
    expect(facts.every(({ type }) => type === 'on-air')).toBe(true);
  });

  it('begins with silence where the node starts outside the hours', async () => {
    const { controller, confirmed, onAir } = await setUp(() => silence);
    await onAir();
    await vi.advanceTimersByTimeAsync(10 * HOLD_MS);
    expect(controller.count(OPCODE.leSetAdvertisingData)).toBe(0);
    expect(controller.enabled).toBe(false);
    expect(confirmed[0]).toEqual(silence);
  });

  it('is made anew when somebody else switches advertising on', async () => {
    const { controller, onAir } = await setUp(() => ({ ...silence, holdMs: 30_000 }));
    await onAir();
    controller.enabled = true;
    controller.complete(OPCODE.leSetAdvertiseEnable);
    await vi.advanceTimersByTimeAsync(ADVERTISER_SETTLE_MS + 10);
    expect(controller.enabled).toBe(false);
  });

  it('is not believed of a controller that does not answer', async () => {
    const { controller, confirmed, silent, onAir } = await setUp(() => silence);
    controller.hung = true;
    await onAir();
    await vi.advanceTimersByTimeAsync(HCI_COMMAND_TIMEOUT_MS);
    expect(confirmed).toEqual([]);
    expect(silent[0]).toContain('no answer');
  });
});

it('asks for the interval of the profile', async () => {
  const { controller, onAir } = await setUp(undefined, 160);
  await onAir();
  const parameters = controller.written.find(({ opcode }) => opcode === OPCODE.leSetAdvertisingParameters);
  expect([...(parameters?.params.subarray(0, 4) ?? [])]).toEqual([160, 0, 160, 0]);
});
