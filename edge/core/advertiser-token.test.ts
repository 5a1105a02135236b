import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { monoMs } from '../../protocol/units.ts';
import { createAdvertiserTokens } from './advertiser-token.ts';

const DAY = 86_400_000;
const tokens = () => createAdvertiserTokens({ newKey: () => randomBytes(32), keyLifeMs: DAY });
const address = fc.nat(2 ** 31).map((low) => 0xc0_0000_0000 + low);

it('is the same for an address while its key lives, and another one afterwards', () => {
  fc.assert(
    fc.property(address, (who) => {
      const today = tokens();
      const first = today.of(who, monoMs(0));
      expect(today.of(who, monoMs(DAY - 1))).toBe(first);
      expect(today.of(who, monoMs(DAY))).not.toBe(first);
    }),
  );
});

it('differs between addresses and between nodes', () => {
  fc.assert(
    fc.property(address, address, (one, other) => {
      fc.pre(one !== other);
      const here = tokens();
      expect(here.of(one, monoMs(0))).not.toBe(here.of(other, monoMs(0)));
      expect(here.of(one, monoMs(0))).not.toBe(tokens().of(one, monoMs(0)));
    }),
  );
});
