import { describe, expect, it } from 'vitest';
import { campaignDocument, HWID, NODE, nodeDocument, openStore, storeDocument } from './testing.fixture.ts';

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
  await store.apply(campaignDocument());
  expect(await store.apply(campaignDocument({ priority: 3 }))).toMatchObject([{ action: 'updated', version: 2 }]);
  expect(await store.repos.campaigns.waitingFor('enter')).toMatchObject([
    { campaignId: 'tea', version: 2, state: 'running', spec: { priority: 3 } },
  ]);
  expect(await store.repos.campaigns.waitingFor('exit')).toEqual([]);
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
  expect(await store.repos.registry.node(NODE)).toEqual(node);
  expect(await store.repos.registry.nodesByHwid(HWID)).toEqual([node]);
  expect(await store.repos.registry.nodesByHwid('ffffffffff')).toEqual([]);
});

describe('doors that share a HWID', () => {
  const indexes = async (store: Awaited<ReturnType<typeof openStore>>) =>
    (await store.repos.registry.nodesByHwid(HWID)).map(({ id, index }) => `${id} ${index}`);

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
