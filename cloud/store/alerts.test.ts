import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import type { EventId } from '../core/ids.ts';
import type { Suspicion } from '../core/suspicion.ts';
import { alertRows } from './alerts.ts';
import { HWID, NODE, newEvent, nodeDocument, openStore, STORE, storeDocument, T0 } from './testing.fixture.ts';

const MINUTE = 60_000;
const SUSPICION: Suspicion = {
  kind: 'replayed-frame',
  hwid: HWID,
  nodeId: NODE,
  dm: 'beef',
  eventId: 'evt_1' as EventId,
  at: T0,
  offMs: -86_400_000,
};

it('folds a day into one row with its newest evidence', async () => {
  const alerts = alertRows(await openStore());
  await alerts.note(SUSPICION);
  await alerts.note({ ...SUSPICION, at: epochMs(T0 - MINUTE), eventId: 'evt_0' as EventId });
  await alerts.note({ ...SUSPICION, at: epochMs(T0 + MINUTE), eventId: 'evt_2' as EventId, dm: 'cafe' });
  const [alert, ...more] = await alerts.list(10);
  expect(more).toEqual([]);
  expect(alert).toMatchObject({ kind: 'replayed-frame', node: NODE, times: 3, event: 'evt_2', dm: 'cafe' });
  expect(alert).toMatchObject({ firstAt: T0 - MINUTE, lastAt: T0 + MINUTE, offMs: -86_400_000 });
  expect(alert?.advice).not.toBe('');
});

it('keeps another door, another kind and another day apart', async () => {
  const alerts = alertRows(await openStore());
  const { nodeId: _, ...nameless } = SUSPICION;
  await alerts.note(SUSPICION);
  await alerts.note(nameless);
  await alerts.note({ ...SUSPICION, kind: 'node-clock' });
  await alerts.note({ ...SUSPICION, at: epochMs(T0 + 86_400_000) });
  expect(await alerts.list(10)).toHaveLength(4);
  expect(await alerts.list(2)).toHaveLength(2);
});

it('finds signed frames of a node that went long before, once', async () => {
  const store = await openStore();
  await store.apply(storeDocument(), nodeDocument());
  await store.db
    .insertInto('node_state')
    .values({ node_id: NODE, online: 0, status: null, health: null, seen_at: T0 })
    .execute();
  const heard = async (agoMs: number, trust: 'signed' | 'fixed') => {
    const event = newEvent({ at: epochMs(T0 + agoMs) });
    await store.repos.events.add(event);
    await store.repos.events.close(event.id, 'done', { nodeId: NODE, storeId: STORE, trust, hwid: HWID, dm: 'cafe' });
    return event.id;
  };
  await heard(MINUTE, 'signed');
  await heard(30 * MINUTE, 'fixed');
  const strange = await heard(31 * MINUTE, 'signed');
  const alerts = alertRows(store);
  const silentSince = async (afterSeq: number) =>
    await alerts.ofSilentNodes(afterSeq, await alerts.newestSeq(), 15 * MINUTE);
  const first = await silentSince(0);
  expect(first.suspicions).toMatchObject([{ kind: 'silent-node', nodeId: NODE, eventId: strange, hwid: HWID }]);
  expect((await silentSince(first.seq)).suspicions).toEqual([]);
  await store.db.updateTable('node_state').set({ online: 1 }).execute();
  expect((await silentSince(0)).suspicions).toEqual([]);
});

it('comes back to what still waits to be worked off', async () => {
  const store = await openStore();
  await store.apply(storeDocument(), nodeDocument());
  await store.db
    .insertInto('node_state')
    .values({ node_id: NODE, online: 0, status: null, health: null, seen_at: T0 })
    .execute();
  const [waits, done] = [newEvent({ at: epochMs(T0 + 31 * MINUTE) }), newEvent({ at: epochMs(T0 + 31 * MINUTE) })];
  const facts = { nodeId: NODE, storeId: STORE, trust: 'signed', hwid: HWID, dm: 'cafe' } as const;
  for (const event of [waits, done]) await store.repos.events.add(event);
  await store.repos.events.close(done.id, 'done', facts);
  const alerts = alertRows(store);
  const newest = await alerts.newestSeq();
  const before = await alerts.ofSilentNodes(0, newest, 15 * MINUTE);
  expect(before.suspicions).toEqual([]);
  await store.repos.events.close(waits.id, 'done', facts);
  const { suspicions, seq } = await alerts.ofSilentNodes(before.seq, newest, 15 * MINUTE);
  expect(suspicions.map(({ eventId }) => eventId)).toEqual([waits.id, done.id]);
  expect(await alerts.ofSilentNodes(seq, newest, 15 * MINUTE)).toEqual({ seq, suspicions: [] });
});
