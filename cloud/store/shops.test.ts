import { expect, it } from 'vitest';
import { segmentRows } from './segments.ts';
import { shopRows } from './shops.ts';
import { campaignDocument, document, openStore, STORE, storeDocument } from './testing.fixture.ts';

const at = (stores: readonly string[], zones: readonly string[] = ['*']) => ({
  trigger: { on: 'enter', at: { stores, zones } },
});
const node = (id: string, zone: string, hwid: string) => document('Node', id, { store: STORE, zone, hwid });

it('a shop knows its nodes, the campaigns met there and the coupons it takes', async () => {
  const store = await openStore();
  const coupon = { value: { percent: 20 }, redeemableAt: ['elsewhere'] };
  const message = { template: 'm.json', sources: { default: '{"type":"text","text":"hi"}' } };
  await store.apply(
    storeDocument(),
    document('Store', 'elsewhere', { timeZone: 'Asia/Tokyo', hours: '22:00-02:30' }),
    node('door', 'entrance', '0a1b2c3d4e'),
    campaignDocument({ ...at([STORE]), active: { until: '2027-01-31' } }, 'here'),
    campaignDocument({ ...at(['*'], ['cellar']) }, 'cellar'),
    campaignDocument({ ...at(['elsewhere']), offer: { coupon, message } }, 'there'),
    campaignDocument({ trigger: { on: 'follow' }, home: STORE }, 'friends'),
  );
  const shops = shopRows(store);
  expect(await shops.show(STORE)).toMatchObject({
    id: STORE,
    nodes: [{ id: 'door', zone: 'entrance', enrolled: false, online: false }],
    running: [{ id: 'here', state: 'running', until: '2027-01-31' }],
    redeeming: [{ id: 'cellar' }, { id: 'friends' }, { id: 'here' }],
  });
  const [elsewhere] = await shops.list();
  // Without nodes, whatever may be met there one day.
  expect(elsewhere).toMatchObject({ id: 'elsewhere', hours: '22:00-02:30', timeZone: 'Asia/Tokyo', nodes: [] });
  expect(elsewhere?.running.map(({ id }) => id)).toEqual(['cellar', 'there']);
  await expect(shops.show('nowhere')).rejects.toMatchObject({ code: 'unknown_store' });
});

it('a segment names the campaigns that reach it, by way of another too', async () => {
  const store = await openStore();
  await store.apply(
    storeDocument(),
    document('Segment', 'gold', { who: { tier: 'gold' } }),
    document('Segment', 'best', { who: { all: [{ segment: 'gold' }, { not: { tag: 'staff' } }] } }),
    document('Segment', 'idle', { who: { tag: 'idle' } }),
    campaignDocument({ audience: { segment: 'best' } }, 'tea'),
    campaignDocument({ audience: { any: [{ segment: 'gold' }, { tag: 'x' }] } }, 'cake'),
  );
  const listed = (await segmentRows(store).list()).map(({ id, campaigns }) => [id, campaigns]);
  expect(listed).toEqual([
    ['best', ['tea']],
    ['gold', ['cake', 'tea']],
    ['idle', []],
  ]);
});
