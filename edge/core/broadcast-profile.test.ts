import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BroadcastProfile, profileJsonSchema } from './broadcast-profile.ts';

const SCHEMA = join(import.meta.dirname, '../../firmware-config/profile.schema.json');
const SECURE = { frame: 'line-secure' };
const REGION = { frame: 'ibeacon', identity: 'line-region' };

describe('a profile', () => {
  it('has an up-to-date schema for editors: node scripts/checks/profile-schema.ts --write', () => {
    expect(JSON.parse(readFileSync(SCHEMA, 'utf8'))).toEqual(profileJsonSchema());
  });

  it.each([
    ['an interval controllers refuse', { intervalMs: 99 }, '100 ms'],
    ['an interval no phone waits for', { intervalMs: 1_000.625 }, 'once a second'],
    ['an interval between two units', { intervalMs: 152 }, '0.625'],
    ['a slice without an advert', { intervalMs: 200, sliceMs: 209 }, 'at least one advert'],
    ['both kinds of LINE frame', { frames: [SECURE, REGION, { frame: 'line-simple' }] }, 'one kind'],
    ['a secure frame without its region', { frames: [SECURE, { frame: 'ibeacon' }] }, 'line-region'],
    ['a secure frame of many HWIDs', { frames: [SECURE, REGION], hwids: 'all' }, 'use own'],
    ['a HWID of nine digits', { hwids: ['0a1b2c3d4'] }, '10 hexadecimal'],
    ['an unknown key', { intervall: 100 }, 'intervall'],
    ['no frames', { frames: [] }, ''],
  ])('refuses %s', (_name, over, says) => {
    const parsed = BroadcastProfile.safeParse({ v: 1, frames: [{ frame: 'line-simple' }], ...over });
    expect(parsed.success).toBe(false);
    expect(parsed.error?.message).toContain(says);
  });
});
