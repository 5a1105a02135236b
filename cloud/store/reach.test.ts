import { expect, it } from 'vitest';
import { MARKETING } from '../core/consent.ts';
import type { MemberId } from '../core/ids.ts';
import { reachesOf } from './reach.ts';
import { newMember, openStore, T0 } from './testing.fixture.ts';

it('says of each member whether LINE can carry an offer, and what is missing first', async () => {
  const store = await openStore();
  const { db, mint } = store;
  const says = (member: MemberId, action: 'granted' | 'withdrawn', at: number) =>
    db
      .insertInto('consent')
      .values({
        ...{ id: mint.id('consent'), member_id: member, purpose: MARKETING, action },
        ...{ wording: 'w', source: 's', at },
      })
      .execute();
  const [friend, gone, left, silent, imported] = [
    await newMember(store),
    await newMember(store),
    await newMember(store),
    await newMember(store),
    await newMember(store),
  ];
  for (const member of [friend, gone, left, imported]) await says(member, 'granted', T0);
  await says(left, 'withdrawn', T0 + 1);
  await db.deleteFrom('consent').where('member_id', '=', silent).execute();
  await db.updateTable('member').set({ blocked: 1 }).where('id', '=', gone).execute();
  await db.updateTable('identity_link').set({ ended_at: T0 }).where('member_id', '=', imported).execute();
  expect(await reachesOf(db, [friend, gone, left, silent, imported, 'mem_0' as MemberId])).toEqual(
    new Map([
      [friend, 'reachable'],
      [gone, 'blocked'],
      [left, 'no_consent'],
      [silent, 'no_consent'],
      [imported, 'no_line'],
    ]),
  );
});
