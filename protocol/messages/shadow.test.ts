import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCommand } from './command.ts';
import { readDesired } from './config.ts';

describe('a desired configuration', () => {
  it('is read whole', () => {
    const desired = { v: 1, version: 3, config: { enterDbm: -70, profile: 'line-only', footfall: false } };
    expect(readDesired(desired)).toEqual({ ok: true, value: desired });
  });

  it.each([
    [{ enterDBm: -70 }, 'unknown key "config.enterDBm"; did you mean "enterDbm"?'],
    [{ colour: 'red' }, 'unknown key "config.colour"; known here: profile'],
    [{ enterDbm: 5 }, 'config.enterDbm'],
    [{ profile: '../../etc/passwd' }, 'config.profile'],
    [{ healthEveryMs: 1 }, 'config.healthEveryMs'],
    [{ logLevel: 'loud' }, 'config.logLevel'],
  ])('with %o is refused by name', (config, says) => {
    const read = readDesired({ v: 1, version: 4, config });
    expect(read).toMatchObject({ ok: false, version: 4, reject: { code: 'bad-config' } });
    expect(read.ok ? '' : read.reject.detail).toContain(says);
  });

  it('without a version cannot be answered', () => {
    expect(readDesired({ v: 1, config: {} })).toMatchObject({ ok: false, reject: { code: 'bad-message' } });
    expect(readDesired({ v: 1, config: {} })).not.toHaveProperty('version');
  });
});

describe('a command', () => {
  const envelope = { v: 1, id: 'cmd_1', expiresAt: 10 };
  const subject = { kind: 'ibeacon', uuid: 'f7826da6-4fa2-4e98-8024-bc5b71e0893e', major: 1, minor: 2 };
  it.each([
    { command: 'identify', seconds: 5 },
    { command: 'snapshot' },
    { command: 'restart' },
    { command: 'erase', scope: 'subjects', subjects: [subject] },
    { command: 'erase', scope: 'node', confirm: 'door' },
  ])('$command $scope is read', (given) => {
    expect(readCommand({ ...envelope, ...given })).toEqual({ ok: true, value: { ...envelope, ...given } });
  });

  it.each([
    [{ command: 'dance' }, 'dance', 'command'],
    [{ command: 'erase', scope: 'node' }, 'erase', 'confirm'],
    [{ command: 'erase', scope: 'subjects', subjects: [] }, 'erase', 'subjects'],
    [{ command: 'restart', secnds: 1 }, 'restart', 'did you mean "seconds"?'],
  ])('%o is refused with its id', (given, command, says) => {
    const read = readCommand({ ...envelope, ...given });
    expect(read).toMatchObject({ ok: false, id: 'cmd_1', command });
    expect(read.ok ? '' : read.reject.detail).toContain(says);
  });
});

it('anything at all is read or refused, never thrown on', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      for (const read of [readDesired(json), readCommand(json)]) {
        if (!read.ok) expect(read.reject.detail.length).toBeLessThanOrEqual(1_100);
      }
    }),
  );
});
