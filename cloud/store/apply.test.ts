import { describe, expect, it } from 'vitest';
import { stockKey } from '../core/counter-keys.ts';
import { readOffers } from './campaigns.ts';
import { registryRows } from './registry.ts';
import { campaignDocument, HWID, NODE, nodeDocument, openStore, STORE, storeDocument, TEA } from './testing.fixture.ts';

it('applies in an order in which every reference finds its target, and twice changes nothing', async () => {
  const store = await openStore();
  const documents = [campaignDocument(), nodeDocument(), storeDocument()];
  expect(await store.apply(...documents)).toEqual([
    { kind: 'Store', id: 'taipei-1', action: 'created' },
    { kind: 'Node', id: 'taipei-1-door', action: 'created' },
    { kind: 'Campaign', id: 'tea', action: 'created', version: 1 },
  ]);
  const again = await store.apply(...documents);
  expect(again.map(({ action }) => action)).toEqual(['unchanged', 'unchanged', 'unchanged']);
});

it('makes a new version of a changed campaign and keeps the old one', async () => {
  const store = await openStore();
  await store.apply(storeDocument(), nodeDocument(), campaignDocument());
  expect(await store.apply(campaignDocument({ priority: 3 }))).toMatchObject([{ action: 'updated', version: 2 }]);
  expect(await readOffers(store.db)).toMatchObject([
    { campaignId: 'tea', version: 2, state: 'running', spec: { priority: 3 } },
  ]);
  const registry = registryRows(store);
  const place = (await registry.node(NODE))?.place;
  expect(await registry.offers({ trigger: 'enter', ear: 'line' }, place)).toHaveLength(1);
  expect(await registry.offers({ trigger: 'exit', ear: 'line' }, place)).toEqual([]);
  expect(await store.db.selectFrom('campaign_version').select('version').execute()).toHaveLength(2);
});

it('hands the node out with its place and the shop it hangs in', async () => {
  const store = await openStore();
  await store.apply(storeDocument({ hours: '10:00-21:00', locale: 'ja' }), nodeDocument({ zone: 'counter' }));
  const node = {
    id: NODE,
    hwid: HWID,
    index: 1,
    slotSeconds: 300,
    place: { storeId: 'taipei-1', zone: 'counter', timeZone: 'Asia/Taipei', hours: { from: 600, to: 1260 } },
    closeAfterMs: 1_800_000,
    locale: 'ja',
    storeName: 'taipei-1',
  };
  expect(await registryRows(store).node(NODE)).toEqual(node);
  expect(await registryRows(store).nodesByHwid(HWID)).toEqual([node]);
  expect(await registryRows(store).nodesByHwid('ffffffffff')).toEqual([]);
});

describe('doors that share a HWID', () => {
  const indexes = async (store: Awaited<ReturnType<typeof openStore>>) =>
    (await registryRows(store).nodesByHwid(HWID)).map(({ id, index }) => `${id} ${index}`);

  it('are told apart by the next free index, and keep it', async () => {
    const store = await openStore();
    await store.apply(storeDocument(), nodeDocument({}, 'a'), nodeDocument({ index: 2 }, 'b'), nodeDocument({}, 'c'));
    expect(await indexes(store)).toEqual(['a 1', 'b 2', 'c 3']);
    await store.apply(nodeDocument({ zone: 'counter' }, 'c'));
    expect(await indexes(store)).toEqual(['a 1', 'b 2', 'c 3']);
  });

  it('cannot have one index', async () => {
    const store = await openStore();
    const both = store.apply(storeDocument(), nodeDocument({ index: 5 }, 'a'), nodeDocument({ index: 5 }, 'b'));
    await expect(both).rejects.toMatchObject({ code: 'index_taken', where: 'Node b: spec.index' });
    expect(await store.db.selectFrom('store').selectAll().execute()).toEqual([]);
  });
});

it.each([
  ['a node of no store', [nodeDocument()], 'unknown_store'],
  [
    'a campaign without its text',
    [
      campaignDocument({
        offer: { coupon: { value: { text: 'x' }, redeemableAt: ['*'] }, message: { template: 'm' } },
      }),
    ],
    'no_template',
  ],
])('refuses %s', async (_name, documents, code) => {
  const store = await openStore();
  await expect(store.apply(...documents)).rejects.toMatchObject({ kind: 'invalid', code });
});

const otherDocument = (kind: string, id: string, spec: object) => ({
  apiVersion: 'pharos/v1',
  kind,
  metadata: { id },
  spec,
});
const segment = (id: string, who: object) => otherDocument('Segment', id, { who });
const webShop = (id: string) => otherDocument('WebShop', id, { timeZone: 'Asia/Taipei' });
const policy = (max: number) => otherDocument('Policy', 'house', { caps: { member: { max, per: 'day' } } });

describe('documents kept as they are', () => {
  it('are created, left and updated', async () => {
    const store = await openStore();
    const actions = async (...documents: readonly object[]) =>
      (await store.apply(...documents)).map(({ kind, id, action }) => `${kind} ${id} ${action}`);
    expect(await actions(policy(3), segment('vip', { tag: 'vip' }), webShop('online'))).toEqual([
      'WebShop online created',
      'Policy house created',
      'Segment vip created',
    ]);
    expect(await actions(policy(3), segment('vip', { tag: 'gold' }))).toEqual([
      'Policy house unchanged',
      'Segment vip updated',
    ]);
  });

  it('cannot take the id of a store that redeems as well', async () => {
    const store = await openStore();
    await store.apply(storeDocument());
    await expect(store.apply(webShop(STORE))).rejects.toMatchObject({ kind: 'conflict', code: 'channel_id_taken' });
  });
});

describe('an audience', () => {
  const invited = campaignDocument({ audience: { segment: 'vip' } });

  it('is known when both come together, in whatever order', async () => {
    const store = await openStore();
    expect(await store.apply(invited, segment('vip', { tag: 'vip' }))).toHaveLength(2);
  });

  it('must be known', async () => {
    const store = await openStore();
    await expect(store.apply(invited)).rejects.toMatchObject({
      code: 'unknown_segment',
      where: 'Campaign tea: spec.audience',
    });
    expect(await store.db.selectFrom('campaign').selectAll().execute()).toEqual([]);
  });

  it('stays known: a later segment may not break it', async () => {
    const store = await openStore();
    await store.apply(invited, segment('vip', { tag: 'vip' }));
    await expect(store.apply(segment('vip', { segment: 'vip' }))).rejects.toMatchObject({ code: 'segment_cycle' });
  });
});

it('does not set the stock below what is out', async () => {
  const store = await openStore();
  const withStock = (stock: number) => campaignDocument({ limits: { stock } });
  await store.apply(withStock(10));
  await store.db
    .insertInto('counter')
    .values({ key: stockKey(TEA), used: 7 })
    .execute();
  await expect(store.apply(withStock(6))).rejects.toMatchObject({ kind: 'conflict', code: 'stock_below_issued' });
  expect(await store.apply(withStock(7))).toMatchObject([{ action: 'updated', version: 2 }]);
});

it('refuses a home that is no store', async () => {
  const store = await openStore();
  const welcome = campaignDocument({ trigger: { on: 'follow' }, home: 'nowhere' });
  await expect(store.apply(welcome)).rejects.toMatchObject({ code: 'unknown_store', where: 'Campaign tea: spec.home' });
});
