import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createVault } from './vault.ts';

const vault = createVault(randomBytes(32));

it('opens what it sealed', () => {
  fc.assert(fc.property(fc.string(), (text) => vault.open(vault.seal(text)).toString('utf8') === text));
  expect(vault.open(vault.seal(Uint8Array.of(0, 255)))).toEqual(Buffer.from([0, 255]));
});

it('never seals the same way twice, and shows nothing of it', () => {
  const [one, two] = [vault.seal('3467-9ACD'), vault.seal('3467-9ACD')];
  expect(Buffer.from(one).equals(Buffer.from(two))).toBe(false);
  expect(Buffer.from(one).includes('3467')).toBe(false);
});

it('refuses a change of any byte', () => {
  const sealed = vault.seal('a coupon');
  for (let i = 0; i < sealed.length; i++) {
    const changed = Uint8Array.from(sealed);
    changed[i] = (changed[i] ?? 0) ^ 1;
    expect(() => vault.open(changed)).toThrow();
  }
  expect(() => vault.open(sealed.subarray(0, -1))).toThrow();
});

it('refuses what another key sealed', () => {
  expect(() => createVault(randomBytes(32)).open(vault.seal('a coupon'))).toThrow();
});

it('digests with its key', () => {
  expect(vault.digest('x')).toBe(vault.digest('x'));
  expect(createVault(randomBytes(32)).digest('x')).not.toBe(vault.digest('x'));
});

it('wants a whole key', () => expect(() => createVault(randomBytes(31))).toThrow(RangeError));
