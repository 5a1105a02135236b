import { expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import type { Expires } from '../manifest/offer.ts';
import { couponExpiry } from './expiry.ts';

it.each<[Expires, string, string]>([
  [{ after: 'P7D' }, 'Asia/Taipei', '2026-12-22T16:00:00.000Z'],
  [{ on: '2026-12-31' }, 'Asia/Taipei', '2026-12-31T16:00:00.000Z'],
  [{ on: '2026-12-31' }, 'America/New_York', '2027-01-01T05:00:00.000Z'],
  [{ on: '2026-10-25' }, 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
])('%j in %s ends at %s', (expires, zone, end) => {
  const issued = epochMs(Date.parse('2026-12-15T04:00:00Z'));
  expect(new Date(couponExpiry(expires, issued, zone)).toISOString()).toBe(end);
});
