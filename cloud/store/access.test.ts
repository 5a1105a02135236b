import { expect, it } from 'vitest';
import { ADMIN } from '../core/access.ts';
import { accessRows } from './access.ts';
import { auditRows } from './audit.ts';
import { openStore, STORE, storeDocument, T0 } from './testing.fixture.ts';

const ACT = { by: ADMIN, why: 'a new till' };
const HOUR = 3_600_000;

async function withTill() {
  const store = await openStore();
  await store.apply(storeDocument());
  const rows = accessRows(store);
  const channel = { kind: 'store', id: STORE } as const;
  const made = await rows.create({ name: 'till 1', role: 'till', channel }, ACT, T0);
  return { store, rows, made, channel };
}

it('knows a token by itself and keeps only its digest', async () => {
  const { store, rows, made, channel } = await withTill();
  expect(made.token).toMatch(/^pht_[\w-]{32}$/);
  const access = { tokenId: made.id, name: 'till 1', role: 'till', channel };
  expect(await rows.find(made.token, T0)).toEqual(access);
  for (const other of [`${made.token}x`, made.token.slice(0, -1), '', 'pht_', made.id]) {
    expect(await rows.find(other, T0)).toBeUndefined();
  }
  expect((await store.bytesOnDisk()).includes(made.token)).toBe(false);
});

it('notes now and then that a token is used', async () => {
  const { rows, made } = await withTill();
  const lastUsed = async () => (await rows.list())[0]?.lastUsedAt;
  expect(await lastUsed()).toBeUndefined();
  await rows.find(made.token, T0);
  await rows.find(made.token, T0 + HOUR - 1);
  expect(await lastUsed()).toBe(T0);
  await rows.find(made.token, T0 + HOUR);
  expect(await lastUsed()).toBe(T0 + HOUR);
});

it.each(['id', 'name'] as const)(
  'lets nobody in with a revoked token, by its %s; its name is free again',
  async (by) => {
    const { store, rows, made, channel } = await withTill();
    expect(await rows.revoke(made[by], ACT, T0 + 1)).toEqual({ id: made.id, name: 'till 1' });
    expect(await rows.find(made.token, T0 + 2)).toBeUndefined();
    expect(await rows.list()).toEqual([]);
    await expect(rows.revoke(made.id, ACT, T0)).rejects.toMatchObject({ kind: 'not_found', code: 'unknown_token' });
    await rows.create({ name: 'till 1', role: 'till', channel }, ACT, T0 + 2);
    expect(await auditRows(store.db).list({ limit: 10 })).toMatchObject([
      { action: 'token.create', who: 'admin', at: T0 + 2 },
      { action: 'token.revoke', at: T0 + 1, subject: { kind: 'Token', id: made.id }, why: 'a new till' },
      { action: 'token.create', at: T0, detail: { name: 'till 1', role: 'till', channel } },
    ]);
  },
);

it('revokes nothing by what is the id of one token and the name of another, and says which they are', async () => {
  const { rows, made } = await withTill();
  const twin = await rows.create({ name: made.id, role: 'marketer' }, ACT, T0 + 1);
  await expect(rows.revoke(made.id, ACT, T0 + 2)).rejects.toMatchObject({
    kind: 'conflict',
    code: 'which_token',
    message: expect.stringMatching(new RegExp(`"${made.id}".*"${twin.id}"`)),
    remedy: expect.stringContaining(`pharos token revoke ${twin.id}`),
  });
  expect((await rows.list()).map(({ id }) => id)).toEqual([made.id, twin.id]);
  await rows.revoke(twin.id, ACT, T0 + 3);
  expect(await rows.revoke(made.id, ACT, T0 + 4)).toEqual({ id: made.id, name: 'till 1' });
});

it.each([
  ['a taken name', { name: 'till 1', role: 'admin' }, 'name_taken'],
  ["the data folder's own name", { name: 'admin', role: 'admin' }, 'name_taken'],
  ['a till of nowhere', { name: 'x', role: 'till' }, 'token_unbound'],
  ['a store token of nowhere', { name: 'x', role: 'store' }, 'token_unbound'],
  [
    'a store token of a web shop',
    { name: 'x', role: 'store', channel: { kind: 'web-shop', id: 'w' } },
    'token_unbound',
  ],
  ['a bound marketer', { name: 'x', role: 'marketer', channel: { kind: 'store', id: STORE } }, 'token_bound'],
  ['a store that is not there', { name: 'x', role: 'till', channel: { kind: 'store', id: 'y' } }, 'unknown_channel'],
  [
    'a shop that is not there',
    { name: 'x', role: 'till', channel: { kind: 'web-shop', id: STORE } },
    'unknown_channel',
  ],
] as const)('refuses %s', async (_what, asked, code) => {
  const { store, rows } = await withTill();
  await expect(rows.create(asked, ACT, T0)).rejects.toMatchObject({ code });
  expect(await auditRows(store.db).list({ limit: 10 })).toHaveLength(1);
});
