import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex, toHex } from '../../../protocol/bytes.ts';
import {
  ADV_NONCONN_IND,
  encodeCommand,
  leSetAdvertiseEnable,
  leSetAdvertisingData,
  leSetAdvertisingParameters,
  leSetRandomAddress,
  leSetScanEnable,
  leSetScanParameters,
  OPCODE,
} from '../../../protocol/hci/commands.ts';
import { decodeEvent } from '../../../protocol/hci/events.ts';
import { encodeSetLabel } from '../../../protocol/lab/label-command.ts';
import { rssiDbm } from '../../../protocol/units.ts';
import { type ControllerStep, stepController } from './controller.ts';
import { type AirAdvert, advertOf, type ControllerState, initialController, isListening } from './controller-state.ts';

const SUCCESS = 0;
const UNKNOWN_COMMAND = 0x01;
const DISALLOWED = 0x0c;
const INVALID = 0x12;

const fresh = initialController('02:50:48:00:00:01');
const scanOn = leSetScanEnable({ enabled: true, filterDuplicates: false });
const advert: AirAdvert = {
  address: 'c0:00:00:00:00:01',
  addressType: 1,
  pduType: 3,
  payload: hex`02 01 06`,
  scanResponse: hex`03 09 48 69`,
};
const rssi = rssiDbm(-60) ?? expect.fail('−60 dBm is an RSSI');

const send = (state: ControllerState, packet: Uint8Array, nowMs = 0) =>
  stepController(state, { kind: 'packet', packet }, nowMs);
const having = (state: ControllerState, ...packets: Uint8Array[]): ControllerState =>
  packets.reduce((current, packet) => send(current, packet).state, state);
const hear = (state: ControllerState, change: Partial<AirAdvert> = {}, nowMs = 0) =>
  stepController(state, { kind: 'advert', advert: { ...advert, ...change }, rssi, responseRssi: rssi }, nowMs);
const statusOf = ({ replies }: ControllerStep): number => {
  const event = decodeEvent(replies[0] ?? new Uint8Array(0));
  return event?.kind === 'command-complete' ? event.status : expect.fail('no command complete');
};
const reportsOf = ({ replies }: ControllerStep) =>
  replies.flatMap((packet) => {
    const event = decodeEvent(packet);
    return event?.kind === 'advertising-reports' ? event.reports : [];
  });
const paramsWithInterval = (units: number, type: number): Uint8Array =>
  encodeCommand(
    OPCODE.leSetAdvertisingParameters,
    Uint8Array.of(units & 0xff, units >> 8, units & 0xff, units >> 8, type, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0),
  );

describe('answers', () => {
  test('Read BD Addr tells the public address, last byte first', () => {
    const event = decodeEvent(send(fresh, encodeCommand(OPCODE.readBdAddr)).replies[0] ?? new Uint8Array(0));
    expect(event).toMatchObject({ kind: 'command-complete', status: SUCCESS, returnParams: hex`01 00 00 48 50 02` });
  });

  test('a chip without connections does not know Create Connection', () => {
    expect(statusOf(send(fresh, encodeCommand(0x200d, new Uint8Array(25))))).toBe(UNKNOWN_COMMAND);
  });

  test('data of connections are swallowed without a reply', () => {
    expect(send(fresh, hex`02 00 00 01 00 ff`)).toMatchObject({ replies: [], effects: [] });
  });

  test('a label is kept through Reset and told once', () => {
    const labelled = send(fresh, encodeSetLabel('door'));
    expect(labelled.effects).toEqual([{ kind: 'labelled', label: 'door' }]);
    const reset = send(labelled.state, encodeCommand(OPCODE.reset));
    expect([reset.state.label, reset.effects]).toEqual(['door', []]);
  });
});

describe('parameters', () => {
  test.each([
    ['connectable at 20 ms', 0x20, 0, SUCCESS],
    ['connectable faster', 0x1f, 0, INVALID],
    ['non-connectable at 100 ms', 0xa0, 3, SUCCESS],
    ['non-connectable faster', 0x9f, 3, INVALID],
    ['scannable faster than 100 ms', 0x9f, 2, INVALID],
    ['slower than 10.24 s', 0x4001, 3, INVALID],
    ['directed', 0xa0, 1, INVALID],
  ])('%s', (_name, units, type, status) => {
    expect(statusOf(send(fresh, paramsWithInterval(units, type)))).toBe(status);
  });

  test('cannot be changed under way', () => {
    const advertising = having(fresh, leSetAdvertiseEnable(true));
    expect(statusOf(send(advertising, paramsWithInterval(0xa0, 0)))).toBe(DISALLOWED);
    expect(statusOf(send(advertising, leSetRandomAddress('c0:00:00:00:00:09')))).toBe(DISALLOWED);
    const scanning = having(fresh, scanOn);
    const parameters = leSetScanParameters({ active: false, intervalUnits: 16, windowUnits: 16 });
    expect(statusOf(send(scanning, parameters))).toBe(DISALLOWED);
    expect(statusOf(send(fresh, parameters))).toBe(SUCCESS);
  });

  test('an advert longer than 31 bytes is refused, the old one stays', () => {
    const state = having(fresh, leSetAdvertisingData(hex`02 01 06`), leSetAdvertiseEnable(true));
    const long = send(state, encodeCommand(OPCODE.leSetAdvertisingData, new Uint8Array(32).fill(32)));
    expect(statusOf(long)).toBe(INVALID);
    expect(toHex(advertOf(long.state)?.payload ?? new Uint8Array(0))).toBe('020106');
  });

  test('a random address must exist before it is used', () => {
    const parameters = leSetAdvertisingParameters({ intervalUnits: 244, type: ADV_NONCONN_IND, ownAddress: 'random' });
    const state = having(fresh, parameters);
    expect(statusOf(send(state, leSetAdvertiseEnable(true)))).toBe(INVALID);
    const ready = having(state, leSetRandomAddress('c0:00:00:00:00:09'), leSetAdvertiseEnable(true));
    expect(advertOf(ready)).toMatchObject({ address: 'c0:00:00:00:00:09', addressType: 1, pduType: 3 });
  });
});

describe('advertising', () => {
  test('starts and stops the antenna once each', () => {
    const on = send(fresh, leSetAdvertiseEnable(true));
    expect(on.effects).toEqual([{ kind: 'advertise' }]);
    expect(send(on.state, leSetAdvertiseEnable(true)).effects).toEqual([]);
    expect(send(on.state, leSetAdvertiseEnable(false)).effects).toEqual([{ kind: 'fall-silent' }]);
    expect(send(on.state, encodeCommand(OPCODE.reset)).effects).toEqual([{ kind: 'fall-silent' }]);
  });
});

describe('scanning', () => {
  test('an idle controller reports nothing', () => {
    expect(reportsOf(hear(fresh))).toEqual([]);
  });

  test('an active scanner asks scannable advertisers for more, a passive one does not', () => {
    const active = having(fresh, leSetScanParameters({ active: true, intervalUnits: 16, windowUnits: 16 }), scanOn);
    expect(reportsOf(hear(active, { pduType: 0 })).map(({ pduType }) => pduType)).toEqual([0, 4]);
    expect(reportsOf(hear(active, { pduType: 3 })).map(({ pduType }) => pduType)).toEqual([3]);
    expect(reportsOf(hear(having(fresh, scanOn), { pduType: 0 }))).toHaveLength(1);
  });

  test('the duplicate filter goes by address and PDU type, whatever the payload, and restarts with the scan', () => {
    const filtering = leSetScanEnable({ enabled: true, filterDuplicates: true });
    const first = hear(having(fresh, filtering));
    expect(reportsOf(first)).toHaveLength(1);
    expect(reportsOf(hear(first.state, { payload: hex`ff` }))).toEqual([]);
    expect(reportsOf(hear(first.state, { address: 'c0:00:00:00:00:02' }))).toHaveLength(1);
    expect(reportsOf(hear(first.state, { pduType: 0 }))).toHaveLength(1);
    expect(reportsOf(hear(having(first.state, filtering)))).toHaveLength(1);
  });

  test('the receiver is on for its window in each interval', () => {
    const parameters = leSetScanParameters({ active: false, intervalUnits: 160, windowUnits: 16 });
    const scanning = send(having(fresh, parameters), scanOn, 1000).state;
    expect([1000, 1009, 1011, 1099, 1100].map((nowMs) => isListening(scanning, nowMs))).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
  });
});

describe('faults', () => {
  const busy = having(fresh, leSetAdvertisingData(hex`02 01 06`), leSetAdvertiseEnable(true), scanOn);

  test('a hung chip neither answers, sends nor reports, and goes on where it stopped', () => {
    const hung = stepController(busy, { kind: 'hang' }, 0);
    expect(hung.effects).toEqual([{ kind: 'fall-silent' }]);
    expect(send(hung.state, encodeCommand(OPCODE.reset)).replies).toEqual([]);
    expect(hear(hung.state).replies).toEqual([]);
    const back = stepController(hung.state, { kind: 'unhang' }, 0);
    expect(back.effects).toEqual([{ kind: 'advertise' }]);
    expect(reportsOf(hear(back.state))).toHaveLength(1);
  });

  test('a chip that forgets is silent and deaf without telling its host', () => {
    const forgot = stepController(busy, { kind: 'forget' }, 0);
    expect(forgot).toMatchObject({ replies: [], effects: [{ kind: 'fall-silent' }] });
    expect(reportsOf(hear(forgot.state))).toEqual([]);
  });
});

test('whatever a host sends, each command gets one Command Complete, and effects follow the antenna', () => {
  const opcode = fc.oneof(fc.constantFrom(...Object.values(OPCODE)), fc.integer({ min: 0, max: 0xffff }));
  const command = fc.tuple(opcode, fc.uint8Array({ maxLength: 40 }));
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      let state = fresh;
      for (const [code, params] of commands) {
        const wasOn = advertOf(state) !== undefined;
        const step = send(state, encodeCommand(code, params));
        expect(step.replies).toHaveLength(1);
        expect(decodeEvent(step.replies[0] ?? new Uint8Array(0))).toMatchObject({
          kind: 'command-complete',
          opcode: code,
        });
        const isOn = advertOf(step.state) !== undefined;
        const switched = step.effects.filter(({ kind }) => kind !== 'labelled');
        expect(switched).toEqual(wasOn === isOn ? [] : [{ kind: isOn ? 'advertise' : 'fall-silent' }]);
        state = step.state;
      }
    }),
    { seed: 7 },
  );
});
