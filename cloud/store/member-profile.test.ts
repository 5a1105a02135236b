import { expect, it } from 'vitest';
import { profileRows } from './member-profile.ts';
import { newMember, openStore, T0 } from './testing.fixture.ts';

it('knows what was told of each member, and of nobody else', async () => {
  const store = await openStore();
  const profiles = profileRows(store);
  const [alice, bob, carol] = [await newMember(store), await newMember(store), await newMember(store)];
  await profiles.tag(alice, ['vip', 'staff'], T0);
  await profiles.tag(alice, ['vip'], T0 + 1);
  await profiles.untag(alice, ['staff', 'never-had'], T0);
  await profiles.setAttributes(alice, { tier: 'silver', age: 30, birthday: '1990-04-01' }, T0);
  await profiles.setAttributes(alice, { tier: 'gold', age: null }, T0 + 1);
  await profiles.setAttributes(bob, { birthday: '--02-29', newsletter: false }, T0);
  const facts = await profiles.facts([alice, bob, carol]);
  expect(facts.get(alice)).toEqual({
    tags: new Set(['vip']),
    tier: 'gold',
    attributes: new Map([
      ['birthday', '1990-04-01'],
      ['tier', 'gold'],
    ]),
    birthday: { month: 4, day: 1 },
  });
  expect(facts.get(bob)).toMatchObject({ tier: null, birthday: { month: 2, day: 29 } });
  expect(facts.get(bob)?.attributes.get('newsletter')).toBe(false);
  expect(facts.get(carol)).toEqual({ tags: new Set(), tier: null, attributes: new Map(), birthday: null });
});
