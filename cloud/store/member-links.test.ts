import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { memberAdmin } from './member-admin.ts';
import { memberLinks } from './member-links.ts';
import { newMember, openStore, T0 } from './testing.fixture.ts';

const phone = (subject: string) => ({ kind: 'phone', issuer: 'phone', subject }) as const;

it('ties and unties with the consent that goes with it; the identity is free again then', async () => {
  const store = await openStore();
  const [anna, bob] = [await newMember(store), await newMember(store)];
  const links = memberLinks(store);
  const consents = async (member: string) =>
    (await memberAdmin(store).show(member)).consents.map(({ purpose, action, wording }) => [purpose, action, wording]);
  const { link } = await links.link(anna, phone('+886912345678'), 'v1', T0);
  await expect(links.link(bob, phone('+886912345678'), 'v1', T0)).rejects.toMatchObject({
    code: 'link_conflict',
    where: '+886•••678',
  });
  await expect(links.link(bob, phone('+886900000000'), undefined, T0)).rejects.toMatchObject({
    code: 'wording_missing',
  });
  await expect(links.unlink(bob, link, T0)).rejects.toMatchObject({ code: 'unknown_link' });

  const second = await links.link(anna, phone('+886922222222'), 'v2', epochMs(T0 + 1));
  expect(await links.unlink(anna, link, epochMs(T0 + 2))).toEqual({ unlinked: true });
  expect(await links.unlink(anna, link, epochMs(T0 + 3))).toEqual({ unlinked: false });
  // There is another phone of hers that she agreed to.
  expect(await consents(anna)).toEqual([['phone', 'granted', 'v2']]);
  await links.unlink(anna, second.link, epochMs(T0 + 4));
  expect(await consents(anna)).toEqual([['phone', 'withdrawn', 'unlinked']]);
  expect(await links.link(bob, phone('+886912345678'), 'v1', epochMs(T0 + 5))).toMatchObject({ linked: true });
  expect(await links.owner(phone('+886912345678'))).toEqual({ id: bob });
});

it('shows what is known, and whose it is only to those who know it', async () => {
  const store = await openStore();
  const anna = await newMember(store, 'Uanna');
  const admin = memberAdmin(store);
  await admin.change(anna, { tag: ['vip', 'new'], set: { tier: 'gold', age: 34 } }, T0);
  await admin.change(anna, { untag: ['new'], set: { age: null, city: 'Taipei' } }, T0);
  const shown = await admin.show(anna);
  expect(shown).toMatchObject({ tier: 'gold', tags: ['vip'], attributes: { city: 'Taipei' }, madeOf: [] });
  expect(JSON.stringify(shown)).not.toContain('Uanna');
  expect(await admin.list({ limit: 9, tag: 'vip' })).toMatchObject([{ id: anna }]);
  expect(await admin.list({ limit: 9, tag: 'new' })).toEqual([]);
  await expect(admin.change('mem_0', { tag: ['vip'] }, T0)).rejects.toMatchObject({ code: 'unknown_member' });
});
