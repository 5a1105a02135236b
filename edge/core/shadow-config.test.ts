import { describe, expect, it } from 'vitest';
import { reject } from '../../protocol/result.ts';
import { BARE_BUNDLE } from '../bare-node.fixture.ts';
import { DEFAULT_PROFILE } from './broadcast-profile.ts';
import { effectiveConfig, judgeConfig, type LocalConfig } from './shadow-config.ts';

const LOCAL: LocalConfig = {
  profile: 'line-and-ibeacon',
  enterDbm: undefined,
  exitAfterMs: 15_000,
  footfall: true,
  healthEveryMs: 10_000,
  logLevel: 'info',
  pinned: [],
};
const load = (name: string) =>
  name === 'known'
    ? { ok: true as const, value: { name, profile: DEFAULT_PROFILE } }
    : reject('profile-missing', `there is no broadcast profile "${name}"`);

describe('what is in effect', () => {
  it('is what is wanted, before the bundle, before the default', () => {
    expect(effectiveConfig(LOCAL, {}, {})).toMatchObject({ enterDbm: -72, profile: 'line-and-ibeacon' });
    expect(effectiveConfig(LOCAL, { enterDbm: -66 }, {}).enterDbm).toBe(-66);
    expect(effectiveConfig(LOCAL, { enterDbm: -66 }, { enterDbm: -60 }).enterDbm).toBe(-60);
  });

  it('is what somebody set at the machine, whatever is wanted', () => {
    const local: LocalConfig = { ...LOCAL, enterDbm: -55, pinned: ['enterDbm', 'footfall'] };
    expect(effectiveConfig(local, { enterDbm: -66 }, { enterDbm: -60, footfall: false, logLevel: 'warn' })).toEqual({
      profile: 'line-and-ibeacon',
      enterDbm: -55,
      exitAfterMs: 15_000,
      footfall: true,
      healthEveryMs: 10_000,
      logLevel: 'warn',
    });
  });
});

describe('a configuration is refused', () => {
  it.each([
    [{ exitAfterMs: 2_999 }, 'exit-flaps', '3000'],
    [{ enterDbm: -100 }, 'enter-unreachable', 'everything'],
    [{ enterDbm: -20 }, 'enter-unreachable', 'no tag'],
    [{ profile: 'unknown' }, 'profile-missing', 'unknown'],
    [{ profile: { v: 1 as const, frames: [{ frame: 'line-simpel' }] } }, 'profile-invalid', 'frames'],
    [{ profile: { v: 1 as const, frames: [{ frame: 'ibeacon' }], intervalms: 100 } }, 'profile-invalid', 'intervalMs'],
    [{ profile: { v: 1 as const, frames: [{ frame: 'ibeacon' }], intervalMs: 20 } }, 'profile-invalid', '100 ms'],
    [
      { profile: { v: 1 as const, frames: [{ frame: 'line-secure' }, { frame: 'ibeacon', identity: 'line-region' }] } },
      'profile-unfit',
      'lineSecure',
    ],
  ])('%o', (config, code, says) => {
    const judged = judgeConfig(config, BARE_BUNDLE, load);
    expect(judged).toMatchObject({ ok: false, reject: { code } });
    expect(judged.ok ? '' : judged.reject.detail).toContain(says);
  });

  it('only where it harms', () => {
    const config = { exitAfterMs: 3_000, enterDbm: -95, profile: 'known', footfall: true };
    expect(judgeConfig(config, BARE_BUNDLE, load)).toEqual({ ok: true, value: config });
  });
});
