import type { Act } from '../core/access.ts';
import {
  type CampaignChanged,
  type CampaignDetails,
  type CampaignSummary,
  campaignEnded,
  type LifeAction,
  stepLife,
  versionConflict,
} from '../core/campaign-life.ts';
import type { CampaignSpec } from '../core/manifest/campaign.ts';
import { Problem } from '../core/problem.ts';
import { addVersion, checkPromises } from './apply-campaign.ts';
import { checkReferences } from './apply-references.ts';
import { auditRows } from './audit.ts';
import { summaries } from './campaign-summaries.ts';
import { newestVersions } from './campaigns.ts';
import { present, type StoreContext } from './context.ts';
import type { Db } from './database.ts';
import { holdRegistry } from './registry.ts';
import { transact } from './transact.ts';

/** The life of campaigns between two applies. What is changed here counts for the next decision of every process. */
export function campaignLife({ db, mint }: Pick<StoreContext, 'db' | 'mint'>) {
  const change = async <T>(
    id: string,
    expect: number | undefined,
    work: (tx: Db, row: NewestRow) => Promise<T>,
  ): Promise<T> =>
    await transact(db, async (tx) => {
      await holdRegistry(tx);
      const row = await newest(tx, id);
      if (expect !== undefined && expect !== row.version) {
        const last = await auditRows(tx).last('Campaign', id);
        throw versionConflict(id, { expected: expect, found: row.version }, last);
      }
      return await work(tx, row);
    });

  return {
    list: async (): Promise<CampaignSummary[]> => await summaries(db),

    /** Throws {@link Problem} `unknown_campaign`. */
    async show(id: string): Promise<CampaignDetails> {
      const { spec } = await newest(db, id);
      const [summary] = await summaries(db, id);
      if (summary === undefined) throw unknown(id);
      const versions = await db
        .selectFrom('campaign_version')
        .select(['version', 'created_at', 'restores'])
        .where('campaign_id', '=', id)
        .orderBy('version', 'desc')
        .execute();
      return {
        ...summary,
        spec: JSON.parse(spec) as unknown,
        versions: versions.map(({ version, created_at, restores }) => ({
          ...{ version, at: created_at },
          ...present({ restores }),
        })),
      };
    },

    /** Throws {@link Problem}: `unknown_campaign`, `version_conflict`, `campaign_ended`. */
    async step(
      id: string,
      action: LifeAction,
      expect: number | undefined,
      act: Act,
      at: number,
    ): Promise<CampaignChanged> {
      return await change(id, expect, async (tx, { state: before, version }) => {
        const state = stepLife(id, before, action);
        if (state === before) return { id, state, version, changed: false };
        await tx.updateTable('campaign').set({ state, updated_at: at }).where('id', '=', id).execute();
        const detail = { from: before, to: state };
        await auditRows(tx, mint).write({ act, action, subject: { kind: 'Campaign', id }, detail }, at);
        return { id, state, version, changed: true };
      });
    },

    /**
     * A new version that says what an older one said. It must still be possible: its stock not below what is out, its
     * segments there. Throws {@link Problem}.
     */
    async rollback(
      id: string,
      to: { readonly toVersion?: number | undefined; readonly expect?: number | undefined },
      act: Act,
      at: number,
    ): Promise<CampaignChanged> {
      return await change(id, to.expect, async (tx, row) => {
        const { state, version } = row;
        if (state === 'ended') throw campaignEnded(id);
        const wanted = to.toVersion ?? versionBefore(row);
        const target = await tx
          .selectFrom('campaign_version')
          .select(['spec', 'name'])
          .where('campaign_id', '=', id)
          .where('version', '=', wanted)
          .executeTakeFirst();
        if (target === undefined) {
          throw new Problem('not_found', 'unknown_version', `campaign "${id}" has no version ${wanted}`, {
            where: 'toVersion',
            remedy: `see pharos campaign show ${id}`,
          });
        }
        const name = target.name ?? row.name;
        if (target.spec === row.spec && name === row.name) return { id, state, version, changed: false };
        const spec = JSON.parse(target.spec) as CampaignSpec;
        await checkPromises(tx, { id, spec });
        await addVersion(tx, { id, name, version: version + 1, spec, text: target.spec, restores: wanted }, at);
        await checkReferences(tx);
        const detail = { from: version, version: version + 1, restores: wanted };
        await auditRows(tx, mint).write({ act, action: 'rollback', subject: { kind: 'Campaign', id }, detail }, at);
        return { id, state, version: version + 1, changed: true };
      });
    },
  };
}

export type CampaignLife = ReturnType<typeof campaignLife>;

type NewestRow = Awaited<ReturnType<typeof newest>>;

async function newest(db: Db, id: string) {
  const row = await newestVersions(db)
    .select('campaign_version.restores')
    .where('campaign.id', '=', id)
    .executeTakeFirst();
  if (row !== undefined) return row;
  throw unknown(id);
}

const unknown = (id: string): Problem =>
  new Problem('not_found', 'unknown_campaign', `no campaign "${id}"`, { remedy: 'see pharos campaign list' });

/** Of a rollback the version before is what was just left: who asks twice would be back where the trouble was. */
function versionBefore({ id, version, restores }: NewestRow): number {
  if (restores === null && version > 1) return version - 1;
  const why =
    restores === null
      ? `campaign "${id}" has one version only`
      : `version ${version} of campaign "${id}" is a rollback to version ${restores} already`;
  throw new Problem('conflict', 'which_version', why, {
    where: 'toVersion',
    remedy: `name the version with --to-version; pharos campaign show ${id} lists them`,
  });
}
