import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runRivals } from './rivals.fixture.ts';
import { STORE, T0 } from './testing.fixture.ts';
import { bodyOf, couponFor, openTills, stateOf, tillAt } from './till.fixture.ts';

const RIVAL = new URL('../till-rival.fixture.ts', import.meta.url);
const DEATH = new URL('../till-death.fixture.ts', import.meta.url);
const LONG = process.env['PHAROS_TEST_LONG'] === '1';
const AT = T0 + 3600_000;

type Told = Readonly<Record<string, number>>;
const sum = (all: readonly Told[], name: string): number => all.reduce((total, told) => total + (told[name] ?? 0), 0);

it('of two hundred tills in two processes one redeems the coupon', async () => {
  const { store } = await openTills();
  const { id, code } = await couponFor(store);
  const args = [store.target, store.vaultKey.toString('hex'), String(AT), 'redeem', code, '100'];
  const told = (await runRivals(RIVAL, ...args)) as Told[];
  expect([sum(told, 'redeem'), sum(told, 'already_redeemed')]).toEqual([1, 199]);
  expect(await stateOf(store, id)).toBe('redeemed');
  expect(await store.db.selectFrom('redemption').select('id').execute()).toHaveLength(1);
  expect(await store.db.selectFrom('sale').select('id').execute()).toHaveLength(1);
}, 60_000);

it('redeemed and taken back by two at once, it is exact at the end', async () => {
  const { store } = await openTills();
  const { id, code } = await couponFor(store);
  await store.repos.counters.take('stock|tea', 1);
  const times = LONG ? 500 : 40;
  const args = [store.target, store.vaultKey.toString('hex'), String(AT), 'back', code, String(times)];
  const told = (await runRivals(RIVAL, ...args)) as Told[];
  const redeemed = sum(told, 'redeem');
  expect(redeemed + sum(told, 'already_redeemed')).toBe(2 * times);
  expect(sum(told, 'rollback')).toBe(redeemed);
  expect(await stateOf(store, id)).toBe('issued');
  const rows = await store.db.selectFrom('redemption').select(['kind', 'undone_at']).execute();
  expect(rows.filter(({ kind }) => kind === 'redeem')).toHaveLength(redeemed);
  expect(rows.filter(({ kind, undone_at }) => kind === 'redeem' && undone_at === null)).toEqual([]);
  const sales = await store.db.selectFrom('sale').select('voided_at').execute();
  expect(sales.filter(({ voided_at }) => voided_at !== null)).toHaveLength(redeemed);
  // Given to somebody, it stays given.
  const stock = store.db.selectFrom('counter').select('used').where('key', '=', 'stock|tea');
  expect(await stock.execute()).toEqual([{ used: 1 }]);
}, 120_000);

it('a server that died between commit and answer had redeemed it, and says so when asked again', async () => {
  const { store, till } = await openTills();
  const { code } = await couponFor(store);
  const args = [store.target, store.vaultKey.toString('hex'), String(AT), code, 'the-key'];
  const child = fork(fileURLToPath(DEATH), args, { execArgv: [], stdio: 'inherit' });
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
  const rows = await store.db.selectFrom('redemption').select('id').execute();
  expect(rows).toHaveLength(1);
  const again = await till.redeem({ code }, 'the-key');
  expect(again).toMatchObject({ replayed: true, status: 201 });
  expect(bodyOf(again)['redemption']).toBe(rows[0]?.id);
  expect(await store.db.selectFrom('redemption').select('id').execute()).toHaveLength(1);
  expect(await tillAt(store, STORE).redeem({ code })).toMatchObject({ refusal: { code: 'already_redeemed' } });
}, 30_000);
