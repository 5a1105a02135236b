import { describe, expect, it } from 'vitest';
import { type Access, ADMIN } from '../core/access.ts';
import { stockKey } from '../core/counter-keys.ts';
import { applyAsked } from './apply.ts';
import { auditRows } from './audit.ts';
import { campaignLife } from './campaign-life.ts';
import { registryMemory } from './registry.ts';
import {
  campaignDocument,
  manifest,
  NODE,
  newCoupon,
  newMember,
  nodeDocument,
  openStore,
  storeDocument,
  T0,
  TEA,
  type TestStore,
} from './testing.fixture.ts';

const ANNA: Access = { tokenId: 'tok_a', name: 'Anna', role: 'marketer' };
const act = { by: ANNA, why: 'because' };

const withTea = async (spec: object = {}): Promise<TestStore> => {
  const store = await openStore();
  await store.apply(storeDocument(), nodeDocument(), campaignDocument(spec));
  return store;
};

const brings = (store: TestStore, documents: readonly object[], more: object = {}) =>
  applyAsked(store, { manifests: documents.map(manifest), access: ADMIN, ...more }, T0 + 5);

describe('apply', () => {
  it('lets one of two who began from the same version win, and tells the other who it was', async () => {
    const store = await withTea();
    const [one, two] = await Promise.allSettled([
      brings(store, [campaignDocument({ priority: 1 })], { access: ANNA, expect: { tea: 1 } }),
      brings(store, [campaignDocument({ priority: 2 })], { access: ANNA, expect: { tea: 1 } }),
    ]);
    const lost = [one, two].filter(({ status }) => status === 'rejected');
    expect(lost).toMatchObject([
      {
        reason: {
          kind: 'conflict',
          code: 'version_conflict',
          message: expect.stringMatching(
            /^campaign "tea" is at version 2, not at version 1, changed by Anna on 2026-12-15T/,
          ),
          remedy: expect.stringContaining('--expect tea=2'),
        },
      },
    ]);
    const again = await brings(store, [campaignDocument({ priority: 1 })], { expect: { tea: 2 } });
    expect(again.applied[0]?.version).toBeGreaterThanOrEqual(2);
  });

  it('overtakes nobody where the campaign says so already', async () => {
    const store = await withTea();
    await brings(store, [campaignDocument({ priority: 1 })]);
    const late = await brings(store, [campaignDocument({ priority: 1 })], { expect: { tea: 1 } });
    expect(late.applied).toEqual([{ kind: 'Campaign', id: 'tea', action: 'unchanged', version: 2 }]);
  });

  it('takes what is not here for new, whatever version it had elsewhere', async () => {
    const { applied } = await brings(await openStore(), [campaignDocument()], { expect: { tea: 7 } });
    expect(applied).toMatchObject([{ action: 'created', version: 1 }]);
    const unknown = brings(await openStore(), [campaignDocument()], { expect: { cake: 1 } });
    await expect(unknown).rejects.toMatchObject({ code: 'expect_unknown' });
  });

  it('only tries where that is asked, and says the same', async () => {
    const store = await withTea();
    const documents = [campaignDocument({ priority: 1 }), campaignDocument({}, 'cake')];
    const tried = await brings(store, documents, { dryRun: true });
    expect(await campaignLife(store).list()).toMatchObject([{ id: 'tea', version: 1 }]);
    expect(await auditRows(store.db).list({ limit: 10 })).toEqual([]);
    expect(await brings(store, documents)).toEqual(tried);
    expect(tried.applied).toMatchObject([
      { id: 'tea', action: 'updated', version: 2 },
      { id: 'cake', action: 'created', version: 1 },
    ]);
  });

  it('writes down who changed what, and nothing of what stayed as it was', async () => {
    const store = await withTea();
    await brings(store, [storeDocument(), campaignDocument({ priority: 1 })], { access: ANNA, why: 'spring' });
    expect(await auditRows(store.db).list({ limit: 10, campaign: 'tea' })).toMatchObject([
      { who: 'Anna', token: 'tok_a', action: 'apply', why: 'spring', at: T0 + 5, detail: { version: 2 } },
    ]);
    expect(await auditRows(store.db).list({ limit: 10, since: T0 + 6 })).toEqual([]);
    expect(await auditRows(store.db).list({ limit: 10 })).toHaveLength(1);
  });

  it('has shops and nodes changed by admins alone', async () => {
    const store = await withTea();
    const moved = [storeDocument({ hours: '10:00-21:00' }), campaignDocument({ priority: 1 })];
    const refused = { kind: 'not_allowed', code: 'role_not_allowed', where: 'Store taipei-1' };
    await expect(brings(store, moved, { access: ANNA })).rejects.toMatchObject(refused);
    expect(await campaignLife(store).show('tea')).toMatchObject({ version: 1 });
    expect((await brings(store, [storeDocument(), nodeDocument()], { access: ANNA })).applied).toHaveLength(2);
  });

  it('tells of patterns that name nothing here', async () => {
    const store = await withTea();
    const at = { stores: ['taipei-1', 'taibei-*'], zones: ['entrace'] };
    const coupon = { value: { percent: 20 }, redeemableAt: ['taipei-*', 'online'] };
    const { offer } = campaignDocument().spec as { offer: object };
    const document = campaignDocument({ trigger: { on: 'enter', at }, offer: { ...offer, coupon } });
    const { warnings } = await brings(store, [storeDocument(), document], { dryRun: true });
    expect(warnings).toEqual([
      {
        ...{ code: 'matches_nothing', document: 1, path: ['spec', 'trigger', 'at', 'stores', 1] },
        message: '"taibei-*" is no store: there are taipei-1',
      },
      {
        ...{ code: 'matches_nothing', document: 1, path: ['spec', 'trigger', 'at', 'zones', 0] },
        message: '"entrace" is no zone of these stores: there are entrance',
      },
      {
        ...{ code: 'matches_nothing', document: 1, path: ['spec', 'offer', 'coupon', 'redeemableAt', 1] },
        message: '"online" is no store or web shop: there are taipei-1',
      },
    ]);
  });

  it('deletes nothing by leaving it out, and with prune only what the same owner brought', async () => {
    const store = await withTea();
    const vip = { apiVersion: 'pharos/v1', kind: 'Segment', metadata: { id: 'vip' }, spec: { who: { tag: 'vip' } } };
    const cake = campaignDocument({}, 'cake');
    const pie = campaignDocument({}, 'pie');
    await brings(store, [storeDocument(), cake, pie, vip], { owner: 'team-a' });
    expect((await brings(store, [cake], { owner: 'team-a' })).removed).toEqual([]);
    const pruned = await brings(store, [cake], { owner: 'team-a', prune: true, access: ANNA });
    expect(pruned.removed).toEqual([
      { kind: 'Campaign', id: 'pie', action: 'ended' },
      { kind: 'Segment', id: 'vip', action: 'deleted' },
      { kind: 'Store', id: 'taipei-1', action: 'kept' },
    ]);
    const states = (await campaignLife(store).list()).map(({ id, state }) => `${id} ${state}`);
    expect(states).toEqual(['cake running', 'pie ended', 'tea running']);
    expect((await auditRows(store.db).list({ limit: 2 })).map(({ action, who }) => `${action} ${who}`)).toEqual([
      'prune Anna',
      'prune Anna',
    ]);
  });

  it('takes no segment away that a campaign still needs', async () => {
    const store = await withTea();
    const vip = { apiVersion: 'pharos/v1', kind: 'Segment', metadata: { id: 'vip' }, spec: { who: { tag: 'vip' } } };
    await brings(store, [vip], { owner: 'team-a' });
    await brings(store, [campaignDocument({ audience: { segment: 'vip' } })]);
    const pruning = brings(store, [storeDocument()], { owner: 'team-a', prune: true });
    await expect(pruning).rejects.toMatchObject({ code: 'unknown_segment' });
  });
});

describe('pause, resume and end', () => {
  it('count for the next decision of every process', async () => {
    const store = await withTea();
    const life = campaignLife(store);
    // Two processes that have the campaign in memory already.
    const processes = [registryMemory(), registryMemory()];
    const states = async () =>
      await Promise.all(
        processes.map(async (memory) => {
          const registry = await memory.open(store);
          const place = (await registry.node(NODE))?.place;
          return (await registry.offers({ trigger: 'enter', ear: 'line' }, place)).map(({ state }) => state);
        }),
      );
    expect(await states()).toEqual([['running'], ['running']]);
    expect(await life.step('tea', 'pause', undefined, act, T0 + 1)).toEqual({
      ...{ id: 'tea', state: 'paused', version: 1, changed: true },
    });
    expect(await states()).toEqual([['paused'], ['paused']]);
    expect(await life.step('tea', 'pause', 1, act, T0 + 2)).toMatchObject({ changed: false });
    await life.step('tea', 'resume', undefined, act, T0 + 3);
    expect(await states()).toEqual([['running'], ['running']]);
    await life.step('tea', 'end', undefined, act, T0 + 4);
    expect(await states()).toEqual([[], []]);
    const actions = (await auditRows(store.db).list({ limit: 10, campaign: 'tea' })).map(({ action }) => action);
    expect(actions).toEqual(['end', 'resume', 'pause']);
  });

  it('leave an ended campaign ended', async () => {
    const store = await withTea();
    const life = campaignLife(store);
    await life.step('tea', 'end', undefined, act, T0);
    for (const action of ['pause', 'resume'] as const) {
      await expect(life.step('tea', action, undefined, act, T0)).rejects.toMatchObject({ code: 'campaign_ended' });
    }
    await expect(life.rollback('tea', {}, act, T0)).rejects.toMatchObject({ code: 'campaign_ended' });
    const changed = brings(store, [campaignDocument({ priority: 1 })]);
    await expect(changed).rejects.toMatchObject({ kind: 'conflict', code: 'campaign_ended' });
    expect(await brings(store, [campaignDocument()])).toMatchObject({
      applied: [{ action: 'unchanged' }],
      warnings: [{ code: 'campaign_ended' }],
    });
  });

  it('refuse what is not there, and what somebody changed meanwhile', async () => {
    const life = campaignLife(await withTea());
    const refused = async (doing: Promise<unknown>, code: string) => expect(doing).rejects.toMatchObject({ code });
    await refused(life.step('cake', 'pause', undefined, act, T0), 'unknown_campaign');
    await refused(life.show('cake'), 'unknown_campaign');
    await refused(life.step('tea', 'pause', 2, act, T0), 'version_conflict');
  });
});

describe('rollback', () => {
  it('makes a new version that says what an older one said, and is not undone by asking twice', async () => {
    const store = await withTea({ priority: 1 });
    await brings(store, [campaignDocument({ priority: 2 })]);
    const life = campaignLife(store);
    expect(await life.rollback('tea', { expect: 2 }, act, T0 + 9)).toMatchObject({ version: 3, changed: true });
    expect(await life.show('tea')).toMatchObject({
      spec: { priority: 1 },
      versions: [{ version: 3, restores: 1, at: T0 + 9 }, { version: 2 }, { version: 1 }],
      changed: { who: 'Anna', action: 'rollback', why: 'because' },
    });
    await expect(life.rollback('tea', {}, act, T0)).rejects.toMatchObject({ code: 'which_version' });
    await expect(life.rollback('tea', { expect: 2 }, act, T0)).rejects.toMatchObject({ code: 'version_conflict' });
    await expect(life.rollback('tea', { toVersion: 9 }, act, T0)).rejects.toMatchObject({ code: 'unknown_version' });
    expect(await life.rollback('tea', { toVersion: 1 }, act, T0)).toMatchObject({ version: 3, changed: false });
    expect(await life.rollback('tea', { toVersion: 2 }, act, T0)).toMatchObject({ version: 4 });
  });

  it('keeps the promises an apply must keep', async () => {
    const store = await withTea({ limits: { stock: 5 } });
    await brings(store, [campaignDocument({ limits: { stock: 50 } })]);
    await store.db
      .insertInto('counter')
      .values({ key: stockKey(TEA), used: 7 })
      .execute();
    const back = campaignLife(store).rollback('tea', {}, act, T0);
    await expect(back).rejects.toMatchObject({ kind: 'conflict', code: 'stock_below_issued' });
  });
});

it('lists how far campaigns are', async () => {
  const store = await withTea({ limits: { stock: 10 }, active: { from: '2026-12-01', until: '2026-12-31' } });
  const member = await newMember(store);
  await store.repos.coupons.issue(newCoupon(member), 'k1');
  await store.repos.coupons.issue(newCoupon(member), 'k2');
  await store.db.updateTable('coupon').set({ state: 'revoked' }).where('issue_key', '=', 'k2').execute();
  await store.db
    .insertInto('counter')
    .values({ key: stockKey(TEA), used: 1 })
    .execute();
  const tea = { id: 'tea', name: 'tea', state: 'running', version: 1, given: 1, stock: { of: 10, left: 9 } };
  const window = { active: { from: '2026-12-01', until: '2026-12-31' } };
  expect(await campaignLife(store).list()).toEqual([{ ...tea, ...window }]);
});
