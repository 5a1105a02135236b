import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Contacts, hearBeacon, type LineAppPolicy, NO_CONTACTS, type Phone } from './line-app.ts';

const HWID = '0a1b2c3d4e';
const POLICY: LineAppPolicy = { hwids: [HWID], reenterAfterMs: 30_000, dmChangeReports: false };
const FRIEND: Phone = {
  friend: true,
  blocked: false,
  beaconConsent: true,
  bluetooth: true,
  location: true,
  lineOpen: true,
  os: 'android',
  country: 'TW',
};

const once = (phone: Partial<Phone>, hwid = HWID) =>
  hearBeacon(NO_CONTACTS, { hwid, dm: '00', atMs: 0 }, { ...FRIEND, ...phone }, POLICY).verdict.reason;

/** The reasons for a row of hearings `[atMs, dm]`. */
const hearAll = (hearings: readonly (readonly [number, string])[], policy: Partial<LineAppPolicy> = {}) => {
  let contacts: Contacts = NO_CONTACTS;
  return hearings.map(([atMs, dm]) => {
    const next = hearBeacon(contacts, { hwid: HWID, dm, atMs }, FRIEND, { ...POLICY, ...policy });
    contacts = next.contacts;
    return next.verdict.reason;
  });
};

describe('who is reported', () => {
  it.each<[string, Partial<Phone>, string]>([
    ['Android, LINE open', {}, 'first_contact'],
    ['Android, LINE in the background', { lineOpen: false }, 'line_in_background'],
    ['Android without location', { location: false }, 'location_off'],
    ['iOS, LINE open', { os: 'ios' }, 'first_contact'],
    ['iOS, LINE open, without location', { os: 'ios', location: false }, 'first_contact'],
    ['iOS in the background', { os: 'ios', lineOpen: false }, 'first_contact'],
    ['iOS in the background without location', { os: 'ios', lineOpen: false, location: false }, 'location_off'],
    ['a stranger', { friend: false }, 'not_a_friend'],
    ['who blocked the account', { blocked: true }, 'blocked'],
    ['without consent to LINE Beacon', { beaconConsent: false }, 'beacon_consent_off'],
    ['with Bluetooth off', { bluetooth: false }, 'bluetooth_off'],
    ['from Japan', { country: 'JP' }, 'first_contact'],
    ['from Thailand', { country: 'TH' }, 'first_contact'],
    ['from elsewhere', { country: 'US' }, 'country_without_line_beacon'],
  ])('%s', (_who, phone, reason) => {
    expect(once(phone)).toBe(reason);
  });

  it('only HWIDs of this account', () => {
    expect(once({}, '1111111111')).toBe('hwid_not_issued');
  });

  it('a frame the app may not act on leaves no trace', () => {
    const silent = hearBeacon(NO_CONTACTS, { hwid: HWID, dm: '00', atMs: 0 }, { ...FRIEND, bluetooth: false }, POLICY);
    expect(silent.contacts).toBe(NO_CONTACTS);
  });
});

describe('how often', () => {
  it.each([
    [
      'once while in range, however long',
      [0, 20_000, 40_000, 60_000],
      ['first_contact', 'still_in_range', 'still_in_range', 'still_in_range'],
    ],
    ['not again before the time out of range', [0, 29_999], ['first_contact', 'still_in_range']],
    ['again after it', [0, 30_000], ['first_contact', 'came_back']],
  ])('%s', (_rule, times, reasons) => {
    expect(hearAll(times.map((atMs) => [atMs, '00'] as const))).toEqual(reasons);
  });

  it('plays both answers to a changed device message', () => {
    const changed = [
      [0, 'aa'],
      [1, 'bb'],
      [2, 'bb'],
    ] as const;
    expect(hearAll(changed)).toEqual(['first_contact', 'still_in_range', 'still_in_range']);
    expect(hearAll(changed, { dmChangeReports: true })).toEqual(['first_contact', 'dm_changed', 'still_in_range']);
  });

  it('any two reports of one contact are the time out of range apart, and silence between them was as long', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1 }), (gaps) => {
        let atMs = 0;
        const times = gaps.map((gap) => (atMs += gap));
        const reasons = hearAll(times.map((time) => [time, '00'] as const));
        reasons.forEach((reason, i) => {
          const gap = i === 0 ? Number.POSITIVE_INFINITY : (times[i] ?? 0) - (times[i - 1] ?? 0);
          expect(reason !== 'still_in_range').toBe(gap >= POLICY.reenterAfterMs);
        });
      }),
    );
  });
});
