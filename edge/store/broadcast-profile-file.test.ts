import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE, DEFAULT_PROFILE_NAME } from '../core/broadcast-profile.ts';
import { loadProfile, readProfile } from './broadcast-profile-file.ts';

const SHIPPED = join(import.meta.dirname, '../../firmware-config/profiles');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-profile-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What is said about a file with these lines, its path left out. */
function faults(...lines: string[]): string[] {
  const file = join(folder, 'given.yaml');
  writeFileSync(file, lines.join('\n'));
  const read = readProfile(file);
  return read.ok ? [] : read.reject.detail.split('\n').map((fault) => fault.replace(`${folder}/`, ''));
}

describe('shipped profiles', () => {
  it('are these five, and all good', () => {
    const names = readdirSync(SHIPPED).map((file) => file.replace('.yaml', ''));
    expect(names.toSorted()).toEqual(['ibeacon', 'line-and-ibeacon', 'line-secure', 'line-simple', 'mixed']);
    for (const name of names) expect(loadProfile(name)).toMatchObject({ ok: true, value: { name } });
  });

  it('the default is also built in, word for word', () => {
    const read = readProfile(join(SHIPPED, `${DEFAULT_PROFILE_NAME}.yaml`));
    const { description: _, ...profile } = read.ok ? read.value : expect.fail(read.reject.detail);
    expect(profile).toEqual(DEFAULT_PROFILE);
    expect(loadProfile(DEFAULT_PROFILE_NAME, folder)).toEqual({
      ok: true,
      value: { name: DEFAULT_PROFILE_NAME, profile: DEFAULT_PROFILE },
    });
  });

  it('a wrong name gets the near miss and the list', () => {
    const loaded = loadProfile('line-secur');
    expect(loaded).toMatchObject({ ok: false, reject: { code: 'profile-missing' } });
    const detail = loaded.ok ? '' : loaded.reject.detail;
    expect(detail).toContain('did you mean "line-secure"?');
    expect(detail).toContain('line-and-ibeacon, ibeacon, line-secure, line-simple, mixed');
  });

  it('a name with a slash or an ending is a file', () => {
    expect(loadProfile(join(SHIPPED, 'mixed.yaml'))).toMatchObject({ ok: true });
    expect(loadProfile('./none.yaml')).toMatchObject({ ok: false, reject: { code: 'profile-unreadable' } });
  });
});

describe('faults', () => {
  it.each([
    [
      ['v: 1', 'intervallMs: 100', 'frames: [{ frame: line-simple }]'],
      ['given.yaml:2: unknown key "intervallMs"; did you mean "intervalMs"?'],
    ],
    [
      ['v: 1', 'frames:', '  - frame: ibeacon', '    wieght: 2'],
      ['given.yaml:4: unknown key "wieght"; did you mean "weight"?'],
    ],
    [
      [
        'v: 1',
        'frames:',
        '  - frame: ibeacon',
        'hours:',
        '  timeZone: Asia/Taipei',
        '  open:',
        '    - hour: 10:00-21:00',
      ],
      ['given.yaml:7: hours.open.0.hours: is missing', 'given.yaml:7: unknown key "hour"; did you mean "hours"?'],
    ],
    [
      ['v: 1', 'frames:', '  - frame: ibeacon', 'hours:', '  timeZone: Taipei', '  open: [{ hours: 10:00-21:00 }]'],
      ['given.yaml:5: hours.timeZone: use an IANA time zone such as Asia/Taipei or Asia/Tokyo'],
    ],
    [
      ['v: 1', 'intervalMs: 20', 'colour: red', 'frames: [{ frame: line-simple }]'],
      [
        'given.yaml:2: intervalMs: controllers refuse non-connectable adverts denser than 100 ms',
        'given.yaml:3: unknown key "colour"; known here: v, description, intervalMs, sliceMs, frames, deviceMessage, hwids, hours, txPowerNote',
      ],
    ],
  ])('are told by file, line and remedy: %j', (lines, expected) => {
    expect(faults(...lines)).toEqual(expected);
  });

  it('of YAML itself have their line too', () => {
    expect(faults('v: 1', 'frames: [')[0]).toMatch(/^given\.yaml:2: not YAML: /);
    expect(faults('just words')[0]).toMatch(/^given\.yaml:1: the profile: /);
    expect(faults('')[0]).toMatch(/^given\.yaml:1: the profile: /);
  });
});
