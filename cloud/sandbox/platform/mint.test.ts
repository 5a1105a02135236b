import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { mintMessageId, mintReplyToken, mintRequestId, mintUlid, mintUserId } from './mint.ts';

const zeros = (count: number) => new Uint8Array(count);
const ones = (count: number) => new Uint8Array(count).fill(0xff);

it('writes time into a ULID as its specification does', () => {
  expect(mintUlid(1_469_918_176_385, zeros)).toBe('01ARYZ6S410000000000000000');
  expect(mintUlid(2 ** 48 - 1, ones)).toBe('7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
});

it('sorts ULIDs by time', () => {
  expect(mintUlid(1_000, ones) < mintUlid(1_001, zeros)).toBe(true);
});

it.each([zeros, ones, randomBytes])('keeps the forms LINE documents', (entropy) => {
  expect(mintUserId(entropy)).toMatch(/^U[0-9a-f]{32}$/);
  expect(mintReplyToken(entropy)).toMatch(/^[0-9a-f]{32}$/);
  expect(mintRequestId(entropy)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(mintMessageId(entropy)).toMatch(/^\d{18}$/);
});
