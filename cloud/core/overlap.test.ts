import { expect, it } from 'vitest';
import type { CampaignId } from './ids.ts';
import { CampaignSpec } from './manifest/campaign-spec.ts';
import { doorsOf, overlapsOf } from './overlap.ts';
import type { Offer } from './working-set-types.ts';

const NODES = [
  { node: 'door-1', store: 'taipei-1', zone: 'entrance' },
  { node: 'till-1', store: 'taipei-1', zone: 'till' },
  { node: 'door-2', store: 'tainan-1', zone: 'entrance' },
];

const offer = (id: string, spec: object): Offer => ({
  ...{ campaignId: id as CampaignId, version: 1, state: 'running', name: id },
  spec: CampaignSpec.parse({ offer: { coupon: { value: { percent: 20 }, redeemableAt: ['*'] } }, ...spec }),
});
const at = (on: string, stores: string[], zones = ['*']) => ({ on, at: { stores, zones } });

it('finds who waits for the same event, by door, phrase and new friends, and says whose group is shared', () => {
  const tea = offer('tea', {
    trigger: [at('enter', ['taipei-*']), { on: 'keyword', phrases: ['夏日 冰品'] }],
    group: 'drinks',
    timeZone: 'Asia/Taipei',
  });
  const cake = offer('cake', { trigger: at('enter', ['*'], ['entrance']), group: 'drinks', priority: 3 });
  const ice = offer('ice', { trigger: { on: 'keyword', phrases: ['夏日冰品！'] }, timeZone: 'Asia/Taipei' });
  const stay = offer('stay', { trigger: at('dwell', ['*']) });
  const friend = offer('friend', { trigger: { on: 'follow' }, group: 'drinks', timeZone: 'Asia/Taipei' });
  const all = [tea, cake, ice, stay, friend];

  expect(overlapsOf(tea, all, NODES)).toEqual([
    { with: 'cake', priority: 3, doors: ['door-1'], phrases: [], follow: false, group: 'drinks' },
    { with: 'ice', priority: 0, doors: [], phrases: ['夏日冰品'], follow: false },
  ]);
  expect(overlapsOf(friend, all, NODES)).toEqual([]);
  expect(overlapsOf(friend, [offer('other', { trigger: { on: 'follow' }, timeZone: 'UTC' })], NODES)).toMatchObject([
    { with: 'other', follow: true },
  ]);
  expect([...doorsOf(cake, NODES)]).toEqual(['door-1', 'door-2']);
});
