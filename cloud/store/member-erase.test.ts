import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { takeBackup } from './backup.ts';
import { fleetRows } from './fleet.ts';
import { formRows } from './forms.ts';
import { findIdentifiers } from './identifiers.fixture.ts';
import { eraseMember, forgetOnDisk } from './member-erase.ts';
import { erasureStatus, scrubExpiredErasures } from './member-erasure-nodes.ts';
import { mergeMembers } from './member-merge.ts';
import { profileRows } from './member-profile.ts';
import { linkIdentity } from './members.ts';
import { nodeShadowRows } from './node-shadow.ts';
import { tablesOf } from './tables.ts';
import {
  campaignDocument,
  NODE,
  newDelivery,
  newEvent,
  newMember,
  nodeDocument,
  ON_POSTGRES,
  openStore,
  storeDocument,
  T0,
  type TestStore,
} from './testing.fixture.ts';

const NOW = epochMs(T0 + 3600_000);
const LINE_USER = 'U0123456789abcdef0123456789abcdef';
const LINE_USER_2 = 'Ufedcba9876543210fedcba9876543210';
const TAG = '0a0b0c0d-1122-4344-8566-778899aabbcc/700/42';
const PHONE = '+886912345678';
const EMAIL = 'anna.chen@example.tw';
const CARD = 'CARD-99817263';
const NAME = '陳安娜 Anna Chen';
/** Found in the database, one way or another. */
const STORED = [
  LINE_USER,
  LINE_USER_2,
  TAG,
  PHONE,
  EMAIL,
  CARD,
  NAME,
  '1990-04-01',
  'goes by Anni',
  'reply-token-of-anna',
];
const why = { why: 'asked at the counter', who: 'test' };

/** Somebody of whom everything is known, made of two members, and somebody else. */
async function openWorld() {
  const store = await openStore();
  const { db, repos } = store;
  await store.apply(storeDocument(), nodeDocument(), campaignDocument());
  await fleetRows(store).makeCredentials(NODE, false);
  const anna = await newMember(store, LINE_USER);
  const second = await newMember(store, LINE_USER_2);
  const bob = await newMember(store, 'Ubob');
  const link = (kind: 'ble_tag' | 'phone' | 'email' | 'pos_card', subject: string, issuer: string = kind) =>
    linkIdentity(store, second, { kind, issuer, subject }, T0);
  await link('ble_tag', TAG, 'ibeacon');
  await link('phone', PHONE);
  await link('email', EMAIL);
  await link('pos_card', CARD);
  await db
    .updateTable('identity_link')
    .set({ ended_at: T0 + 1 })
    .where('subject', '=', CARD)
    .execute();
  const profile = profileRows(store);
  await profile.tag(second, ['goes by Anni'], T0);
  await profile.setAttributes(second, { name: NAME, birthday: '1990-04-01' }, T0);
  const shown = await newDelivery(store, {
    memberId: anna,
    route: 'reply',
    replyToken: 'reply-token-of-anna',
    messages: [{ type: 'text', text: `dear ${NAME}` }],
  });
  await db
    .updateTable('delivery')
    .set({ state: 'accepted', request_id: 'line-request-1', settled_at: T0 })
    .where('id', '=', shown.id)
    .execute();
  await db
    .insertInto('delivery_attempt')
    .values({
      id: store.mint.id('attempt'),
      delivery_id: shown.id,
      route: 'push',
      outcome: 'refused',
      detail: `400 no user ${LINE_USER}`,
      request_id: 'line-request-1',
      started_at: T0,
      ended_at: T0,
    })
    .execute();
  const unsent = await newDelivery(store, { memberId: second, stockKey: 'stock|tea' });
  await repos.counters.take('stock|tea', 10);
  const raw = (userId: string) => ({ destination: 'bot', event: { type: 'follow', source: { type: 'user', userId } } });
  const waiting = newEvent({ body: raw(LINE_USER) });
  const failed = newEvent({ body: raw(LINE_USER_2) });
  const bobs = newEvent({ body: raw('Ubob') });
  for (const event of [waiting, failed, bobs]) await repos.events.add(event);
  await repos.events.close(failed.id, 'failed', {});
  await mergeMembers(store, { survivor: anna, absorbed: second, why: `${NAME} said so`, who: 'test' }, epochMs(T0 + 9));
  return { store, anna, second, bob, unsent, bobs, waiting };
}

/** Every cell of every table; blobs also as what they say once opened. */
async function allCells(store: TestStore): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (const { name } of await tablesOf(store.db)) {
    const { rows } = await sql<Record<string, unknown>>`SELECT * FROM ${sql.table(name)}`.execute(store.db);
    for (const cell of rows.flatMap((row) => Object.values(row))) {
      if (!(cell instanceof Uint8Array)) {
        parts.push(Buffer.from(`${String(cell)}\n`));
        continue;
      }
      parts.push(Buffer.from(cell));
      try {
        parts.push(store.vault.open(cell));
      } catch {
        // Emptied.
      }
    }
  }
  return Buffer.concat(parts);
}

/** What a report counts. */
const figures = async ({ db }: TestStore) => ({
  decisions: await db
    .selectFrom('decision')
    .select(({ fn }) => ['campaign_id', 'outcome', 'reason', fn.countAll<number>().as('count')])
    .groupBy(['campaign_id', 'outcome', 'reason'])
    .orderBy('campaign_id')
    .orderBy('outcome')
    .execute(),
  visits: (await db.selectFrom('visit').selectAll().execute()).length,
  events: await db
    .selectFrom('event')
    .select(({ fn }) => ['type', fn.countAll<number>().as('count')])
    .groupBy('type')
    .orderBy('type')
    .execute(),
  deliveries: (await db.selectFrom('delivery').select('id').execute()).length,
});

it('leaves nothing that names the person: no table, no file, no later backup; and the same figures', async () => {
  const { store, anna, second, bob, unsent, bobs, waiting } = await openWorld();
  const { db } = store;
  const codes = await db.selectFrom('coupon').select('code_sealed').where('member_id', '=', anna).execute();
  const identifiers = [...STORED, ...codes.map(({ code_sealed }) => store.vault.open(code_sealed).toString())];
  expect(identifiers).toHaveLength(STORED.length + 2);
  expect(findIdentifiers(await allCells(store), identifiers)).toEqual(identifiers);
  const before = await figures(store);

  const erased = await eraseMember(store, { member: anna, ...why }, NOW);
  expect(erased).toMatchObject({ member: anna, nodes: [NODE] });
  expect(await figures(store)).toEqual(before);
  expect(findIdentifiers(await allCells(store), identifiers)).toEqual([]);
  // A node has to be told which tag; once it has forgotten it, so have we.
  const pending = await nodeShadowRows(store).pendingCommands(NODE, NOW);
  expect(pending).toMatchObject([{ command: 'erase', subjects: [{ major: 700, minor: 42 }] }]);
  expect(await erasureStatus(store, anna, NOW)).toMatchObject({
    confirmed: false,
    who: 'test',
    nodes: [{ node: NODE, state: 'pending' }],
  });
  const [command] = pending;
  if (command === undefined) throw new Error('no command');
  const result = { v: 1, id: command.id, command: 'erase', state: 'done', at: NOW } as const;
  await nodeShadowRows(store).recordResult(NODE, result, NOW);
  expect(await erasureStatus(store, anna, NOW)).toMatchObject({ confirmed: true, nodes: [{ state: 'done', at: NOW }] });
  const uuid = TAG.slice(0, 36);
  expect(findIdentifiers(await allCells(store), [...identifiers, uuid])).toEqual([]);

  // A coupon nobody had seen is taken back; the others stay as they were, though nobody can read their code.
  const states = await db.selectFrom('coupon').select(['id', 'state']).where('member_id', '=', anna).execute();
  expect(new Map(states.map(({ id, state }) => [id, state])).get(unsent.couponId)).toBe('revoked');
  expect(await db.selectFrom('counter').select('used').where('key', '=', 'stock|tea').execute()).toEqual([{ used: 0 }]);
  // Nobody else was touched.
  expect([...(await store.repos.members.find([line('Ubob')])).values()]).toEqual([bob]);
  const stillWaiting = await store.repos.events.pending(9);
  expect(stillWaiting).toContain(bobs.id);
  expect(stillWaiting).not.toContain(waiting.id);
  expect(await db.selectFrom('member').select('id').where('erased_at', '=', NOW).orderBy('id').execute()).toEqual(
    [anna, second].sort().map((id) => ({ id })),
  );

  await forgetOnDisk(db);
  if (!ON_POSTGRES) expect(findIdentifiers(await store.bytesOnDisk(), [...identifiers, uuid])).toEqual([]);
  const dir = mkdtempSync(join(tmpdir(), 'pharos-erase-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  await takeBackup(db, join(dir, 'backup.gz'), NOW);
  const backup = gunzipSync(readFileSync(join(dir, 'backup.gz')));
  expect(backup.includes(anna)).toBe(true);
  expect(findIdentifiers(backup, [...identifiers, uuid])).toEqual([]);
});

it.each([
  ['shown by another message', 'accepted', 'issued'],
  ['used at the till', 'accepted', 'redeemed'],
  ['perhaps shown by another message', 'doubtful', 'issued'],
] as const)('leaves a coupon as it is that was %s, and keeps its piece of stock', async (_how, other, state) => {
  const store = await openStore();
  const { db, repos } = store;
  const unsent = await newDelivery(store, { stockKey: 'stock|tea', budgetKey: 'messages|tea|2026-12' });
  for (const key of ['stock|tea', 'messages|tea|2026-12']) await repos.counters.take(key, 10);
  const again = await newDelivery(store, { memberId: unsent.memberId, couponId: unsent.couponId });
  await db
    .updateTable('delivery')
    .set(other === 'accepted' ? { state: 'accepted' } : { in_doubt: 1 })
    .where('id', '=', again.id)
    .execute();
  await db.updateTable('coupon').set({ state }).where('id', '=', unsent.couponId).execute();
  await eraseMember(store, { member: unsent.memberId, ...why }, NOW);
  expect(await db.selectFrom('coupon').select('state').where('id', '=', unsent.couponId).execute()).toEqual([
    { state },
  ]);
  expect(await db.selectFrom('counter').selectAll().orderBy('key').execute()).toEqual([
    { key: 'messages|tea|2026-12', used: 0 },
    { key: 'stock|tea', used: 1 },
  ]);
  const settled = db.selectFrom('delivery').select(['state', 'park_reason']).where('id', '=', again.id);
  expect(await settled.execute()).toEqual([{ state: other === 'accepted' ? other : 'unknown', park_reason: null }]);
});

const line = (subject: string) => ({ kind: 'line_user', issuer: 'bot', subject }) as const;

it('remembers for a month that these were erased, without knowing whom', async () => {
  const { store, anna, bob } = await openWorld();
  await eraseMember(store, { member: anna, ...why }, NOW);
  const both = [line(LINE_USER), line(LINE_USER_2), line('Ubob')];
  expect([...(await store.repos.members.erasedAt(both)).values()]).toEqual([NOW, NOW]);
  await eraseMember(store, { member: bob, ...why }, epochMs(NOW + 31 * 86_400_000));
  expect((await store.repos.members.erasedAt(both)).size).toBe(1);
});

it('a personal link of before leads to who the member is now, and after that to nobody', async () => {
  const { store, anna, second } = await openWorld();
  const forms = formRows(store);
  expect([await forms.owner(second), await forms.owner(anna), await forms.owner('mem_0')]).toEqual([
    anna,
    anna,
    undefined,
  ]);
  await eraseMember(store, { member: anna, ...why }, NOW);
  expect([await forms.owner(second), await forms.owner(anna)]).toEqual([undefined, undefined]);
});

it('is done once, and not to somebody who is a part of another', async () => {
  const { store, anna, second, bob } = await openWorld();
  const refused = (code: string) => expect.objectContaining({ code });
  const erase = (member: string) => eraseMember(store, { member, ...why }, NOW);
  await expect(erase(second)).rejects.toEqual(refused('member_merged'));
  await expect(erase('mem_0')).rejects.toEqual(refused('unknown_member'));
  await expect(erasureStatus(store, anna, NOW)).rejects.toEqual(refused('not_erased'));
  await erase(anna);
  await expect(erase(anna)).rejects.toEqual(refused('member_erased'));
  // Whoever carried no tag is known to no node.
  await erase(bob);
  expect(await erasureStatus(store, bob, NOW)).toMatchObject({ confirmed: true, nodes: [] });
});

it('a command no node carried out in its time names the tags no longer', async () => {
  const { store, anna } = await openWorld();
  await eraseMember(store, { member: anna, ...why }, NOW);
  const later = NOW + 31 * 86_400_000;
  const bodies = async () =>
    (await store.db.selectFrom('node_command').select('body').execute()).map(({ body }) => body).join();
  expect(await bodies()).toContain(TAG.slice(0, 36));
  await scrubExpiredErasures(store.db, epochMs(later));
  expect(await bodies()).not.toContain(TAG.slice(0, 36));
  expect(await erasureStatus(store, anna, epochMs(later))).toMatchObject({
    confirmed: false,
    nodes: [{ state: 'expired' }],
  });
});
