import { describe, expect, it } from 'vitest';
import { ProximityUuid } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import { identityKey } from '../core/ports.ts';
import type { FactKind } from '../core/segment/types.ts';
import { memberAdmin } from './member-admin.ts';
import { memberLinks } from './member-links.ts';
import { linkIdentity, memberRows } from './members.ts';
import { newMember, openStore, T0 } from './testing.fixture.ts';

const UUID = ProximityUuid.parse('d0d2ce24-9efc-11e5-82c4-1c6a7a17ef38');
const TAG = { kind: 'ble_tag', issuer: 'ibeacon', subject: `${UUID}/1/2` } as const;

it('knows a member by identity, per issuer', async () => {
  const store = await openStore();
  const id = await newMember(store, 'Ualice');
  const members = memberRows(store);
  const alice = { kind: 'line_user', issuer: 'bot', subject: 'Ualice' } as const;
  const others = [
    { ...alice, issuer: 'another-bot' },
    { ...alice, kind: 'ble_tag' as const },
  ];
  expect([...(await members.find([alice, ...others]))]).toEqual([[identityKey(alice), id]]);
  expect(await members.lock([id])).toEqual([{ id, blocked: false, consent: 'none' }]);
});

it('tells the facts that are asked for and no others', async () => {
  const store = await openStore();
  const id = await newMember(store, 'Ualice');
  const members = memberRows(store);
  const known = async (...kinds: readonly FactKind[]) =>
    Object.keys((await members.facts([id], new Set(kinds))).get(id) ?? {}).sort();
  expect(await known('visits')).toEqual([]);
  expect(await known('firstSeen')).toEqual(['firstSeenAt']);
  expect(await known('consents', 'firstSeen')).toEqual(['consents', 'firstSeenAt']);
  expect(await known('tags')).toEqual(['attributes', 'birthday', 'tags', 'tier']);
});

it('goes by the newest consent of the purpose, not the last one written', async () => {
  const store = await openStore();
  const id = await newMember(store, 'Ualice');
  const members = memberRows(store);
  const record = (action: 'granted' | 'withdrawn', at: number) =>
    members.consentAll([{ memberId: id, action, source: 's', at: epochMs(at) }]);
  await record('withdrawn', 20);
  await record('granted', 10);
  await memberLinks(store).link(id, TAG, 'tags-v1', epochMs(30));
  expect(await members.lock([id])).toMatchObject([{ consent: 'withdrawn', consentAt: 20 }]);
  await record('granted', 40);
  expect(await members.lock([id])).toMatchObject([{ consent: 'granted', consentAt: 40 }]);
});

it('refuses a second live owner of an identity', async () => {
  const store = await openStore();
  const other = await newMember(store);
  await newMember(store, 'Ualice');
  const again = linkIdentity(store, other, { kind: 'line_user', issuer: 'bot', subject: 'Ualice' }, T0);
  await expect(again).rejects.toThrow(/unique/i);
});

describe('a tag', () => {
  it('is tied with the wording agreed to, once', async () => {
    const store = await openStore();
    const id = await newMember(store);
    const admin = memberLinks(store);
    expect(await admin.link(id, TAG, 'tags-v1', T0)).toMatchObject({ linked: true });
    expect(await admin.link(id, TAG, 'tags-v1', T0)).toMatchObject({ linked: false });
    expect([...(await memberRows(store).find([TAG])).values()]).toEqual([id]);
    const links = await store.db.selectFrom('identity_link').selectAll().execute();
    const link = links.find(({ kind }) => kind === 'ble_tag');
    const consents = await store.db.selectFrom('consent').selectAll().execute();
    expect(consents).toMatchObject([
      { member_id: id, purpose: 'ble_tag', action: 'granted', wording: 'tags-v1', source: link?.id },
    ]);
    expect(JSON.stringify(consents)).not.toContain(UUID);
  });

  it("stays its owner's", async () => {
    const store = await openStore();
    const admin = memberLinks(store);
    await admin.link(await newMember(store), TAG, 'tags-v1', T0);
    await expect(admin.link(await newMember(store), TAG, 'tags-v1', T0)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'link_conflict',
    });
    await expect(admin.link('mem_nobody', TAG, 'tags-v1', T0)).rejects.toMatchObject({ code: 'unknown_member' });
  });
});

it('lists members without their LINE ids', async () => {
  const store = await openStore();
  const id = await newMember(store, 'Ualice');
  const admin = memberAdmin(store);
  expect(await admin.list({ limit: 10 })).toEqual([
    { id, blocked: false, reach: 'no_consent', tags: [], createdAt: T0 },
  ]);
  expect(await memberLinks(store).owner({ kind: 'line_user', subject: 'Ualice' })).toEqual({ id });
  await expect(memberLinks(store).owner({ kind: 'line_user', subject: 'Ubob' })).rejects.toMatchObject({
    kind: 'not_found',
  });
});
