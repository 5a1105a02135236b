import { expect, it } from 'vitest';
import { idKind } from '../core/ids.ts';
import { systemMint } from './mint.ts';

it('mints ids that name their kind and never repeat', () => {
  const ids = Array.from({ length: 2_000 }, () => systemMint.id('coupon'));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(idKind(id)).toBe('coupon');
  expect(ids[0]).toMatch(/^cpn_[0-9a-z]{26}$/);
});

it('mints ids that sort by the time they were made in', () => {
  const time = (id: string): string => id.slice(4, 14);
  const ids = Array.from({ length: 200 }, () => time(systemMint.id('event')));
  expect([...ids].sort()).toEqual(ids);
});

it('mints retry keys as LINE wants them', () => {
  expect(systemMint.uuid()).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(systemMint.bytes(48)).toHaveLength(48);
});
