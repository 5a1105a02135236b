import { expect, it } from 'vitest';
import type { FormAnswers } from '../core/form/answers.ts';
import { FormManifest } from '../core/manifest/form.ts';
import { formRows } from './forms.ts';
import { profileRows } from './member-profile.ts';
import { newMember, openStore, T0 } from './testing.fixture.ts';

const JOIN = {
  apiVersion: 'pharos/v1',
  kind: 'Form',
  metadata: { id: 'join' },
  spec: {
    title: { default: 'Join' },
    thanks: { default: 'Welcome' },
    wordingVersion: 'v1',
    consents: [{ purpose: 'membership', text: { default: 'I agree' } }],
    tags: ['member'],
  },
};
const { spec } = FormManifest.parse(JOIN);
const FORM = { id: 'join', spec };
const answers = (given: Partial<FormAnswers> = {}): FormAnswers => ({
  name: '王小明',
  phone: '+886912345678',
  attributes: { size: 'M' },
  agreed: ['membership'],
  declined: [],
  ...given,
});

it('keeps facts, links and the wording agreed to', async () => {
  const store = await openStore();
  await store.apply(JOIN);
  const member = await newMember(store);
  const forms = formRows(store);
  expect(await forms.spec('join')).toEqual(spec);
  const { answerId, conflicts } = await forms.record(FORM, member, answers(), T0);
  expect(conflicts).toEqual([]);
  const facts = (await profileRows(store).facts([member])).get(member);
  expect(facts?.tags).toEqual(new Set(['member']));
  expect(facts?.attributes).toEqual(
    new Map([
      ['name', '王小明'],
      ['size', 'M'],
    ]),
  );
  expect(await store.db.selectFrom('consent').selectAll().execute()).toMatchObject([
    { member_id: member, purpose: 'membership', action: 'granted', wording: 'v1', source: answerId, at: T0 },
  ]);
});

it('a changed phone replaces the one before, and an unticked box takes the consent back', async () => {
  const store = await openStore();
  const member = await newMember(store);
  const forms = formRows(store);
  await forms.record(FORM, member, answers(), T0);
  await forms.record(FORM, member, answers({ phone: '+886900000000', agreed: [], declined: ['membership'] }), T0 + 1);
  const phones = await store.db
    .selectFrom('identity_link')
    .selectAll()
    .where('kind', '=', 'phone')
    .orderBy('created_at')
    .execute();
  expect(phones.map(({ subject, ended_at }) => [subject, ended_at])).toEqual([
    ['+886912345678', T0 + 1],
    ['+886900000000', null],
  ]);
  const consents = await store.db.selectFrom('consent').select('action').orderBy('at').execute();
  expect(consents.map(({ action }) => action)).toEqual(['granted', 'withdrawn']);
});

it("does not take another member's phone, and keeps the rest", async () => {
  const store = await openStore();
  const forms = formRows(store);
  await forms.record(FORM, await newMember(store), answers(), T0);
  const second = await newMember(store);
  expect((await forms.record(FORM, second, answers({ email: 'a@b.tw' }), T0)).conflicts).toEqual(['phone']);
  const links = await store.db.selectFrom('identity_link').select('kind').where('member_id', '=', second).execute();
  expect(links.map(({ kind }) => kind).sort()).toEqual(['email', 'line_user']);
});
