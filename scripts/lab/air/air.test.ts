import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hex, toHex } from '../../../protocol/bytes.ts';
import { leSetAdvertiseEnable, leSetAdvertisingData, leSetScanEnable } from '../../../protocol/hci/commands.ts';
import { type AdvertisingReport, decodeEvent } from '../../../protocol/hci/events.ts';
import { encodeSetLabel } from '../../../protocol/lab/label-command.ts';
import { type Air, createAir } from './air.ts';

const SECOND = 1000;
let air: Air;

beforeEach(() => {
  vi.useFakeTimers();
  air = createAir({ seed: 1 });
});
afterEach(() => {
  air.close();
  vi.useRealTimers();
});

function advertiser(label = 'tag') {
  const port = air.join(() => true);
  port.receive(encodeSetLabel(label));
  port.receive(leSetAdvertisingData(hex`02 01 06`));
  port.receive(leSetAdvertiseEnable(true));
  return port;
}

function scanner(options: { filterDuplicates?: boolean; reads?: boolean } = {}) {
  const reports: AdvertisingReport[] = [];
  const port = air.join((packet) => {
    const event = decodeEvent(packet);
    if (event?.kind === 'advertising-reports') reports.push(...event.reports);
    return options.reads ?? true;
  });
  port.receive(leSetScanEnable({ enabled: true, filterDuplicates: options.filterDuplicates ?? false }));
  return { ...port, reports };
}

test('an advert repeats at its interval plus up to 10 ms', () => {
  advertiser();
  const { reports } = scanner();
  vi.advanceTimersByTime(60 * SECOND);
  // Default interval 1280 ms: 46.7 events a minute with the mean delay of 5 ms.
  expect(reports.length).toBeGreaterThanOrEqual(46);
  expect(reports.length).toBeLessThanOrEqual(48);
  expect(new Set(reports.map(({ data }) => toHex(data)))).toEqual(new Set(['020106']));
});

test('a position may be told before the label comes, and is kept when it comes back', () => {
  const near = scanner();
  air.control({ place: { label: 'tag', x: 10, y: 0 } });
  air.control({ place: { address: near.address, x: 0, y: 0 } });
  advertiser().leave();
  advertiser();
  vi.advanceTimersByTime(5 * SECOND);
  expect(new Set(near.reports.map(({ rssi }) => rssi))).toEqual(new Set([-79]));
});

test('a crowd comes, changes its addresses and goes', () => {
  const { reports } = scanner();
  const phantoms = {
    count: 20,
    intervalMs: 100,
    payload: '0201',
    pduType: 3,
    rssi: -80,
    rotateAddressMs: SECOND,
  } as const;
  air.control({ phantoms });
  vi.advanceTimersByTime(2 * SECOND);
  expect(reports.length).toBeGreaterThan(300);
  const addresses = new Set(reports.map(({ address }) => address)).size;
  expect(addresses).toBeGreaterThanOrEqual(40);
  expect(addresses).toBeLessThanOrEqual(60);
  air.control({ phantoms: { ...phantoms, count: 0 } });
  const before = reports.length;
  vi.advanceTimersByTime(2 * SECOND);
  expect(reports.length).toBe(before);
});

test('reports to a host that does not read are counted as dropped', () => {
  advertiser();
  scanner({ reads: false });
  vi.advanceTimersByTime(5 * SECOND);
  const stats = air.control({ stats: true });
  expect(stats.ok && stats.value.delivered).toBe(0);
  expect(stats.ok && stats.value.dropped).toBeGreaterThan(2);
});

test('faults and overrides by name; strangers are refused', () => {
  advertiser();
  const { reports } = scanner();
  air.control({ hang: 'tag' });
  vi.advanceTimersByTime(5 * SECOND);
  expect(reports).toEqual([]);
  air.control({ unhang: 'tag' });
  air.control({ link: { from: 'tag', to: '02:50:48:00:00:01', rssi: -90 } });
  vi.advanceTimersByTime(5 * SECOND);
  expect(new Set(reports.map(({ rssi }) => rssi))).toEqual(new Set([-90]));
  expect(air.control({ hang: 'nobody' })).toMatchObject({ ok: false, reject: { code: 'unknown-controller' } });
  expect(air.control({ place: { address: '02:50:48:00:00:77', x: 0, y: 0 } })).toMatchObject({ ok: false });
});

test('stats tell who is there and what they do', () => {
  advertiser('door');
  scanner().leave();
  expect(air.control({ place: { label: 'door', x: 1, y: 2 } })).toMatchObject({
    ok: true,
    value: {
      controllers: [
        { address: '02:50:48:00:00:00', label: 'door', advertising: true, scanning: false, position: { x: 1, y: 2 } },
      ],
    },
  });
});
