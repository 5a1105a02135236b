import type { EpochMs } from '../protocol/units.ts';
import type { MemberId } from './core/ids.ts';
import type { CampaignSpec } from './core/manifest/campaign.ts';
import { triggerFor } from './core/manifest/trigger.ts';
import { readIdToken } from './deliver/line-login.ts';
import type { EntranceApi } from './http/door-page.ts';
import { newestVersions } from './store/campaigns.ts';
import type { StoreContext } from './store/context.ts';
import { noteSources } from './store/friend-sources.ts';
import { transact } from './store/transact.ts';

/** An account keeps its `@…` for life, but for one it may buy. */
const KNOWN_FOR_MS = 3600_000;

/** Posters and links: where each leads, and what is written down of who came by it. */
export function createEntrances(deps: {
  readonly store: StoreContext;
  readonly now: () => EpochMs;
  readonly publicUrl: () => string;
  readonly apiBase: string;
  readonly liffId: string | undefined;
  /** Rejects where LINE does not answer. */
  readonly askBasicId: () => Promise<string>;
  /** The member behind a LINE user id; one is made where there is none. */
  readonly memberOfLineUser: (userId: string) => Promise<MemberId>;
}): EntranceApi {
  const { store, liffId, now } = deps;
  let known: { readonly id: string; readonly at: number } | undefined;
  return {
    liffId,
    publicUrl: deps.publicUrl,
    async basicId() {
      if (known !== undefined && now() - known.at < KNOWN_FOR_MS) return known.id;
      try {
        known = { id: await deps.askBasicId(), at: now() };
      } catch {
        // What it was an hour ago is better than no way in.
      }
      return known?.id;
    },
    async door(node) {
      const row = await store.db
        .selectFrom('node')
        .innerJoin('store', 'store.id', 'node.store_id')
        .select('store.name as name')
        .where('node.id', '=', node)
        .executeTakeFirst();
      return row && { source: { kind: 'door', ref: node }, name: row.name };
    },
    async link(name, from) {
      const row = await newestVersions(store.db).where('campaign.id', '=', name).executeTakeFirst();
      const source = { kind: 'link' as const, ref: from ?? name };
      if (row === undefined || row.state === 'ended') return { source };
      const [phrase] = triggerFor(JSON.parse(row.spec) as CampaignSpec, 'keyword')?.phrases ?? [];
      return { source, name: row.name, ...(phrase !== undefined && { phrase }) };
    },
    async prove(source, idToken) {
      // A LIFF id begins with the id of its LINE Login channel.
      const [loginChannelId = ''] = (liffId ?? '').split('-');
      if (loginChannelId === '') return false;
      const user = await readIdToken(idToken, { apiBase: deps.apiBase, loginChannelId });
      if (!user.ok) return false;
      const memberId = await deps.memberOfLineUser(user.value);
      await transact(store.db, (db) => noteSources(db, [{ memberId, source, at: now() }]));
      return true;
    },
  };
}
