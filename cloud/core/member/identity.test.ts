import { expect, it } from 'vitest';
import type { IdentityKind } from '../ports.ts';
import { maskIdentity, readIdentity } from './identity.ts';

const UUID = 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38';

it.each<[IdentityKind, string, string, string]>([
  ['phone', '+886912345678', '+886912345678', '+886•••678'],
  ['phone', ' ＋886912345678', '+886912345678', '+886•••678'],
  ['email', 'Anna.Chen@Example.TW', 'anna.chen@example.tw', 'a•••@example.tw'],
  ['ble_tag', `${UUID.toUpperCase()}/7/42`, `${UUID}/7/42`, '•••/7/42'],
  ['pos_card', 'A-00123456', 'A-00123456', '•••3456'],
  ['pos_card', 'A-12', 'A-12', '•••'],
])('%s %j', (kind, typed, subject, shown) => {
  const issuer = kind === 'ble_tag' ? 'ibeacon' : kind;
  expect(readIdentity(kind, typed, undefined)).toEqual({ ok: true, value: { kind, issuer, subject } });
  expect(maskIdentity({ kind, subject })).toBe(shown);
});

it('never shows a LINE user id, and takes none without its bot', () => {
  const subject = `U${'0'.repeat(32)}`;
  expect(maskIdentity({ kind: 'line_user', subject })).toBe('•••');
  expect(readIdentity('line_user', subject, undefined)).toMatchObject({ ok: false });
  expect(readIdentity('line_user', subject, 'bot')).toMatchObject({ ok: true });
});

it.each<[IdentityKind, string]>([
  ['phone', '0912345678'],
  ['phone', '+886'],
  ['email', 'anna'],
  ['ble_tag', `${UUID}/7`],
  ['ble_tag', `${UUID}/7/65536`],
  ['pos_card', 'a b c d'],
])('refuses the %s %j, and says how one looks', (kind, typed) => {
  expect(readIdentity(kind, typed, undefined)).toMatchObject({
    ok: false,
    reject: { code: 'bad_identity', detail: expect.stringContaining('looks like') },
  });
});
