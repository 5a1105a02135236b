import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { ADMIN } from '../core/access.ts';
import { campaignsAt } from '../core/replay/campaigns-at.ts';
import { applyAsked } from './apply.ts';
import { recordedDecisions, recordedSource } from './recorded.ts';
import {
  campaignDocument,
  manifest,
  newDelivery,
  nodeDocument,
  openStore,
  storeDocument,
  T0,
} from './testing.fixture.ts';

const SPAN = { since: epochMs(T0 - 1_000), until: epochMs(T0 + 60_000) };

it('knows that a campaign whose file was taken away had ended', async () => {
  const store = await openStore();
  const brings = (documents: readonly object[], at: number) =>
    applyAsked(store, { manifests: documents.map(manifest), access: ADMIN, owner: 'team', prune: true }, at);
  await brings([storeDocument(), nodeDocument(), campaignDocument({}, 'tea'), campaignDocument({}, 'pie')], T0);
  await brings([storeDocument(), nodeDocument(), campaignDocument({}, 'tea')], T0 + 10);
  const { world, digest } = await recordedSource(store, SPAN);
  const then = campaignsAt(world.campaigns, digest);
  const ids = (at: number) => then(epochMs(at)).all.map(({ campaignId }) => campaignId);
  expect(ids(T0 + 9)).toEqual(['tea', 'pie']);
  expect(ids(T0 + 10)).toEqual(['tea']);
});

it('tells what was decided in pages of whole events, each once', async () => {
  const store = await openStore();
  await store.apply(storeDocument(), nodeDocument(), campaignDocument());
  for (let made = 0; made < 5; made++) await newDelivery(store);
  const pages = [];
  for await (const page of recordedDecisions(store, SPAN, 2)) pages.push(page);
  expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
  expect(new Set(pages.flat().map(({ event }) => event)).size).toBe(5);
  expect(await recordedDecisions(store, { since: SPAN.until, until: epochMs(SPAN.until + 1) }).next()).toEqual({
    done: true,
    value: undefined,
  });
});
