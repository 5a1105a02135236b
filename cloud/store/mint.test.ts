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

it('makes UUIDs of version 7 that sort by the time they were made', () => {
  const first = systemMint.uuid();
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Math.abs(Number.parseInt(first.replace('-', '').slice(0, 12), 16) - Date.now())).toBeLessThan(1_000);
  expect(new Set(Array.from({ length: 1_000 }, systemMint.uuid)).size).toBe(1_000);
});
