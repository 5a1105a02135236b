import { expect, it } from 'vitest';
import { type RadioSurroundings, selectRadio } from './select-radio.ts';

const around = (over: Partial<RadioSurroundings> = {}): RadioSurroundings => ({
  adapters: [],
  airSocket: undefined,
  airLoaded: false,
  ...over,
});
const OFFERED = [
  { index: 0, address: '02:50:48:00:00:00' },
  { index: 3, address: '02:50:48:00:00:0a' },
];
const AIR = { airSocket: '/tmp/air.sock', airLoaded: true };

it.each([
  { wanted: 'hci1', around: around({ adapters: ['hci0', 'hci1'] }), name: 'hci1', deviceId: 1 },
  { wanted: '02:50:48:00:00:0A', around: around({ offered: OFFERED }), name: 'hci3', deviceId: 3 },
  { wanted: undefined, around: around({ adapters: ['hci10', 'hci2'], ...AIR }), name: 'hci2', deviceId: 2 },
  { wanted: undefined, around: around(AIR), name: 'virtual-air', deviceId: 0 },
  { wanted: 'virtual-air', around: around({ adapters: ['hci0'], ...AIR }), name: 'virtual-air', deviceId: 0 },
])('$wanted among $around is $name', ({ wanted, around: given, name, deviceId }) => {
  expect(selectRadio(wanted, given)).toMatchObject({ ok: true, value: { name, deviceId } });
});

it.each([
  { wanted: undefined, around: around(), code: 'no-radio', remedy: './scripts/start' },
  { wanted: 'hci1', around: around({ adapters: ['hci0'] }), code: 'no-radio', remedy: 'only hci0' },
  {
    wanted: '02:50:48:00:00:0b',
    around: around({ adapters: ['hci0', 'hci1'], offered: [OFFERED[0] ?? { index: 0, address: '' }] }),
    code: 'adapter-held',
    remedy: 'another program holds it for itself',
  },
  {
    wanted: '02:50:48:00:00:01',
    around: around({ offered: OFFERED }),
    code: 'no-radio',
    remedy: '02:50:48:00:00:0a (hci3)',
  },
  { wanted: 'bluetooth0', around: around(), code: 'radio-name', remedy: 'hci0' },
  { wanted: 'virtual-air', around: around(), code: 'no-virtual-air', remedy: 'PHAROS_AIR_SOCKET' },
  {
    wanted: 'virtual-air',
    around: around({ ...AIR, airLoaded: false }),
    code: 'no-virtual-air',
    remedy: './scripts/pharos-edge',
  },
])('$wanted is refused as $code, with the remedy', ({ wanted, around: given, code, remedy }) => {
  const result = selectRadio(wanted, given);
  expect(result).toMatchObject({ ok: false, reject: { code } });
  expect(result.ok ? '' : result.reject.detail).toContain(remedy);
});
