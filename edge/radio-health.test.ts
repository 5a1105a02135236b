import { expect, it } from 'vitest';
import { BootId, DeviceMessageHex, Hwid } from '../protocol/ids.ts';
import { NodeHealth } from '../protocol/messages/status.ts';
import { epochMs, monoMs } from '../protocol/units.ts';
import { radioHealth } from './radio-health.ts';
import { renderReport } from './status-screen.ts';
import type { RadioSnapshot } from './store/radio-snapshot.ts';

const HWID = Hwid.parse('0a1b2c3d4e');
const AT = epochMs(1_767_225_600_000);
const snapshot: RadioSnapshot = {
  boot: BootId.parse('0123abcd-0000'),
  writtenMono: monoMs(5_000),
  running: true,
  name: 'hci0',
  state: 'on',
  profile: 'mixed',
  counters: {},
};
const health = (over: Partial<RadioSnapshot>) => radioHealth({ ...snapshot, ...over }, monoMs(6_000));
const screen = (radio: NodeHealth['radio']): string => renderReport({ enrolled: true, clock: 'synced', radio });

it('tells neighbours by their age, as the cloud understands it', () => {
  const radio = health({ hears: [{ hwid: HWID, heardMono: monoMs(2_000) }] });
  expect(radio.hears).toEqual([{ hwid: HWID, agoMs: 4_000 }]);
  expect(NodeHealth.shape.radio.parse(radio)).toEqual(radio);
  expect(screen(radio)).toMatch(/^hears +0a1b2c3d4e 4 s ago$/m);
});

it('a profile that is a file far down in folders does not make the message one nobody reads', () => {
  const radio = health({ profile: `/etc/pharos/${'profiles-of-this-shop/'.repeat(4)}door.yaml` });
  expect(NodeHealth.shape.radio.parse(radio)).toEqual(radio);
  expect(radio.profile).toMatch(/^….*this-shop\/door\.yaml$/);
});

it.each([
  [{ silentUntilMs: AT }, 'nothing: silent by plan until 2026-01-01T00:00:00.000Z'],
  [{ onAir: { hwid: HWID, dmMode: 'line-secure', sinceMs: AT } }, '0a1b2c3d4e (line-secure)'],
  [
    { onAir: { hwid: HWID, dm: DeviceMessageHex.parse('200007'), dmMode: 'fixed', sinceMs: AT } },
    '0a1b2c3d4e 200007 (fixed)',
  ],
  [{ onAir: { dmMode: 'none', sinceMs: AT } }, 'iBeacon only'],
  [{}, 'nothing'],
] as const)('says what is on air: %j', (over, words) => {
  const radio = health(over);
  expect(NodeHealth.shape.radio.parse(radio)).toEqual(radio);
  expect(screen(radio).split('\n')).toContain(`on air  ${words}`);
  expect(screen(radio)).toMatch(/^profile +mixed$/m);
});
