import { describe, expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { ADMIN } from '../core/access.ts';
import type { ImportRow } from '../core/member/import-row.ts';
import { auditRows } from './audit.ts';
import { dump } from './member.fixture.ts';
import { eraseMember } from './member-erase.ts';
import { importMembers } from './member-import.ts';
import { memberLinks } from './member-links.ts';
import { listMembers } from './member-list.ts';
import { mergeMembers } from './member-merge.ts';
import { tagMembers } from './member-tag-many.ts';
import { newMember, openStore, T0, type TestStore } from './testing.fixture.ts';

const NOW = epochMs(T0 + 3600_000);
const AGREED = epochMs(T0 - 86_400_000);
const ACT = { by: ADMIN, why: 'the list of the club' };
const PHONE = '+886912345678';

const row = (line: number, given: Partial<ImportRow> = {}): ImportRow => ({
  ...{ line, identities: [], tags: [], set: {}, consents: [] },
  ...given,
});
const withPhone = (line: number, subject: string, given: Partial<ImportRow> = {}): ImportRow =>
  row(line, {
    identities: [{ kind: 'phone', subject }],
    consents: [{ purpose: 'phone', wording: 'club-2024', at: AGREED }],
    ...given,
  });
const take = (store: TestStore, rows: readonly ImportRow[], dryRun = false, at = NOW) =>
  importMembers(store, { rows, dryRun, lineIssuer: 'bot', at, act: ACT });
const codes = ({ rejected }: Awaited<ReturnType<typeof take>>) => rejected.map(({ line, code }) => [line, code]);
const shown = async (store: TestStore, phone: string) => {
  const { id } = await memberLinks(store).owner({ kind: 'phone', subject: phone });
  const [member] = await listMembers(store, [id as never], true);
  return member;
};

describe('a list of members', () => {
  it('is taken in once, however often it is brought', async () => {
    const store = await openStore();
    const known = await newMember(store, `U${'1'.repeat(32)}`);
    const rows = [
      withPhone(2, PHONE, { tags: ['vip', 'tea'], set: { tier: 'gold', name: 'Anna', age: 34, birthday: '--04-01' } }),
      row(3, { identities: [{ kind: 'line_user', subject: `U${'1'.repeat(32)}` }], tags: ['vip'] }),
      row(4, { member: known, set: { city: 'Tainan' } }),
      // The same person once more, by another way.
      withPhone(5, PHONE, { set: { tier: 'silver' }, tags: ['vip'] }),
    ];
    const before = await dump(store);
    expect(await take(store, rows, true)).toMatchObject({ created: 1, updated: 3, unchanged: 0, rejected: [] });
    expect(await dump(store)).toEqual(before);

    expect(await take(store, rows.slice(0, 3))).toMatchObject({ created: 1, updated: 2, unchanged: 0, rejected: [] });
    expect(await shown(store, PHONE)).toMatchObject({
      tier: 'gold',
      tags: ['tea', 'vip'],
      attributes: { name: 'Anna', age: 34, birthday: '--04-01' },
      consents: [{ purpose: 'phone', wording: 'club-2024', at: AGREED }],
      identities: [{ kind: 'phone', subject: PHONE }],
    });
    expect(await listMembers(store, [known], false)).toMatchObject([{ tags: ['vip'], attributes: { city: 'Tainan' } }]);
    const [audit] = await auditRows(store.db).list({ limit: 1 });
    expect(audit).toMatchObject({ action: 'member.import', why: ACT.why, detail: { created: 1, updated: 2 } });

    const once = await dump(store);
    const later = epochMs(NOW + 1);
    expect(await take(store, rows.slice(0, 3), false, later)).toMatchObject({ created: 0, updated: 0, unchanged: 3 });
    expect(await dump(store)).toEqual(once);

    expect(await take(store, rows.slice(3), false, later)).toMatchObject({ updated: 1 });
    expect(await shown(store, PHONE)).toMatchObject({ tier: 'silver' });
    const changes = await store.db.selectFrom('profile_change').selectAll().where('at', '=', later).execute();
    expect(changes).toMatchObject([{ kind: 'attribute', name: 'tier', before: '"gold"' }]);
  });

  it('ties nothing to anybody without their word, nor after they took it back', async () => {
    const store = await openStore();
    const links = memberLinks(store);
    const left = await newMember(store);
    const { link } = await links.link(left, { kind: 'phone', issuer: 'phone', subject: PHONE }, 'v1', T0, ACT);
    await links.unlink(left, link, epochMs(T0 + 1), ACT);
    const result = await take(store, [
      row(2, { identities: [{ kind: 'phone', subject: '+886911111111' }] }),
      row(3, {
        identities: [{ kind: 'pos_card', subject: 'C1234' }],
        consents: [{ purpose: 'phone', wording: 'x', at: AGREED }],
      }),
      withPhone(4, PHONE, { member: left }),
      row(5),
      withPhone(7, '+886933333333', { consents: [{ purpose: 'phone', wording: 'x', at: epochMs(NOW + 1) }] }),
      row(6, { identities: [{ kind: 'line_user', subject: `U${'2'.repeat(32)}` }], set: { tier: 'gold' } }),
    ]);
    expect(codes(result)).toEqual([
      [2, 'consent_missing'],
      [3, 'consent_missing'],
      [4, 'consent_withdrawn'],
      [5, 'no_identity'],
      [7, 'bad_consent'],
    ]);
    expect(result.created).toBe(1);
    // Who stands in a list has agreed to no messages by that.
    const consents = await store.db.selectFrom('consent').select('purpose').where('source', '=', 'import').execute();
    expect(consents).toEqual([]);
    const again = { purpose: 'phone', wording: 'club-2026', at: epochMs(T0 + 2) };
    expect(await take(store, [withPhone(4, PHONE, { member: left, consents: [again] })])).toMatchObject({ updated: 1 });
    expect((await shown(store, PHONE))?.member).toBe(left);
  });

  it('makes nobody somebody else', async () => {
    const store = await openStore();
    const [anna, berta, gone, part] = await Promise.all([1, 2, 3, 4].map(() => newMember(store)));
    if (!anna || !berta || !gone || !part) throw new Error('four members');
    await take(store, [withPhone(1, PHONE, { member: anna }), withPhone(2, '+886922222222', { member: gone })]);
    await mergeMembers(store, { survivor: berta, absorbed: part, why: 'w', who: 'w' }, NOW, ACT);
    await eraseMember(store, { member: gone, why: 'asked', who: 'w' }, NOW, ACT);
    const before = await dump(store);
    const result = await take(store, [
      withPhone(2, PHONE, { member: berta, tags: ['vip'] }),
      row(3, { member: gone, tags: ['vip'] }),
      row(4, { member: part, tags: ['vip'] }),
      row(5, { member: 'mem_nobody', tags: ['vip'] }),
      withPhone(6, '+886922222222'),
    ]);
    expect(codes(result)).toEqual([
      [2, 'identity_conflict'],
      [3, 'member_erased'],
      [4, 'member_merged'],
      [5, 'unknown_member'],
      [6, 'erased'],
    ]);
    expect(result.rejected[0]?.detail).toContain(anna);
    expect(await dump(store)).toEqual(before);
    // Whoever agrees anew is welcome.
    const anew = [{ purpose: 'phone', wording: 'club-2026', at: epochMs(NOW + 1) }];
    expect(
      await take(store, [withPhone(6, '+886922222222', { consents: anew })], false, epochMs(NOW + 2)),
    ).toMatchObject({
      created: 1,
    });
  });

  it('says a number twice in a row, and is one link all the same', async () => {
    const store = await openStore();
    const identities = [PHONE, PHONE].map((subject) => ({ kind: 'phone' as const, subject }));
    expect(await take(store, [withPhone(2, PHONE, { identities })])).toMatchObject({ created: 1 });
    expect((await shown(store, PHONE))?.identities).toHaveLength(1);
  });
});

it('tags many at once, and only those it changes', async () => {
  const store = await openStore();
  const members = await Promise.all([1, 2, 3].map(() => newMember(store)));
  const [first] = members;
  if (first === undefined) throw new Error('three members');
  expect(await tagMembers(store, [first], { tag: ['vip'], untag: [] }, T0, ACT)).toBe(1);
  expect(await tagMembers(store, members, { tag: ['vip'], untag: ['staff'] }, NOW, ACT)).toBe(2);
  expect((await listMembers(store, members, false)).map(({ tags }) => tags)).toEqual([['vip'], ['vip'], ['vip']]);
  expect(await tagMembers(store, members, { tag: [], untag: ['vip'] }, NOW, ACT)).toBe(3);
});
