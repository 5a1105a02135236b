import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import type { EventId } from '../core/ids.ts';
import { createLedger } from '../store/ledger.ts';
import { eraseMember } from '../store/member-erase.ts';
import { tablesOf } from '../store/tables.ts';
import {
  campaignDocument,
  NODE,
  newEvent,
  nodeDocument,
  ON_POSTGRES,
  openStore,
  storeDocument,
  T0,
  type TestStore,
} from '../store/testing.fixture.ts';
import { heardTag, openSending, tagNumber } from './ear.fixture.ts';
import { takeLineEvents } from './line-ear.ts';

const USER = 'U0123456789abcdef0123456789abcdef';
const after = (ms: number) => epochMs(T0 + ms);

async function openShop() {
  const store = await openStore();
  await store.apply(storeDocument(), nodeDocument(), campaignDocument());
  const ledger = createLedger(store);
  const take = async (type: 'follow' | 'beacon', at: number) => {
    const line = { type, timestamp: at, source: { type: 'user', userId: USER }, replyToken: `token-${at}` };
    const beacon = { beacon: { hwid: '0a1b2c3d4e', type: 'enter', dm: '200001' } };
    const body = { destination: 'bot', event: { ...line, ...(type === 'beacon' && beacon) } };
    const event = newEvent({ type, at: epochMs(at), receivedAt: after(50_000), body });
    await store.repos.events.add(event);
    await ledger.transaction((tx) => takeLineEvents(tx, store.mint, [event.id as EventId], after(50_000)));
    const rows = store.db.selectFrom('event').select(['state', 'member_id', 'body_sealed']).where('id', '=', event.id);
    return await rows.executeTakeFirstOrThrow();
  };
  return { store, ledger, take };
}

/** Every text and every number in the database. */
async function textOf({ db }: TestStore): Promise<string> {
  const texts: string[] = [];
  for (const { name } of await tablesOf(db)) {
    if (name === 'node') continue;
    const { rows } = await sql<object>`SELECT * FROM ${sql.table(name)}`.execute(db);
    texts.push(...rows.flatMap((row) => Object.values(row).map(String)));
  }
  return texts.join('\n');
}

it('a late event of somebody erased revives nobody; who comes again is somebody new', async () => {
  const { store, take } = await openShop();
  const { member_id: anna } = await take('follow', T0);
  expect(anna).not.toBeNull();
  await eraseMember(store, { member: anna ?? '', why: 'asked', who: 'test' }, after(10_000));

  expect(await take('beacon', after(9_000))).toEqual({ state: 'done', member_id: null, body_sealed: null });
  expect(await take('follow', after(10_000))).toEqual({ state: 'done', member_id: null, body_sealed: null });
  expect(await store.db.selectFrom('identity_link').selectAll().execute()).toEqual([]);

  const { member_id: again } = await take('beacon', after(11_000));
  expect(again).not.toBeNull();
  expect(again).not.toBe(anna);
  // And what came later still, of before, is not the new one's.
  expect(await take('beacon', after(9_500))).toMatchObject({ member_id: null });
});

it.runIf(ON_POSTGRES)('somebody erased while their event is looked at is not made anew', async () => {
  const { store, ledger, take } = await openShop();
  const { member_id: anna } = await take('follow', T0);
  const line = { type: 'follow', timestamp: after(9_000), source: { type: 'user', userId: USER } };
  // Stored too late for the one who erases to find it.
  const late = newEvent({ type: 'follow', at: after(9_000), body: { destination: 'bot', event: line } });
  let looked = 0;
  const meanwhile = async <T>(looking: Promise<T>): Promise<T> => {
    const found = await looking;
    looked += 1;
    if (looked === 1) await eraseMember(store, { member: anna ?? '', why: 'asked', who: 'test' }, after(10_000));
    return found;
  };
  await ledger.transaction((tx) => {
    const events = { ...tx.events, claim: async () => [{ ...late, body: () => late.body }] };
    const members = {
      ...tx.members,
      find: (...asked: Parameters<typeof tx.members.find>) => meanwhile(tx.members.find(...asked)),
      erasedAt: (...asked: Parameters<typeof tx.members.erasedAt>) => meanwhile(tx.members.erasedAt(...asked)),
    };
    return takeLineEvents({ ...tx, events, members }, store.mint, [late.id], after(11_000));
  });
  // Known as erased, or found and missed at the lock, so that it began anew.
  expect([2, 4]).toContain(looked);
  expect(await store.db.selectFrom('identity_link').selectAll().execute()).toEqual([]);
  expect(await store.db.selectFrom('member').select('id').execute()).toEqual([{ id: anna }]);
});

it('keeps nothing of tags that are nobody’s', async () => {
  const { store, ledger } = await openShop();
  const send = openSending({ ledger, mint: store.mint, now: () => T0 });
  const strangers = [40_961, 40_962, 40_963];
  const rows = strangers.flatMap((tag, index) =>
    ['enter', 'dwell', 'exit'].map((type, step) =>
      heardTag(index * 3 + step + 1, tag, { type, ...(type !== 'enter' && { presentMs: 60_000 }) }),
    ),
  );
  expect((await send(NODE, rows)).done).toEqual([[1, 9]]);
  const text = await textOf(store);
  expect((await store.db.selectFrom('event').selectAll().execute()).length).toBe(9);
  expect(text).not.toContain(tagNumber(0).uuid);
  for (const tag of strangers) expect(text).not.toMatch(new RegExp(`(^|\\D)${tag}(\\D|$)`, 'm'));
  expect(await store.db.selectFrom('member').select('id').execute()).toEqual([]);
});
