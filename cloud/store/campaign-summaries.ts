import type { CampaignSummary } from '../core/campaign-life.ts';
import { stockKey } from '../core/counter-keys.ts';
import type { CampaignId } from '../core/ids.ts';
import type { CampaignSpec } from '../core/manifest/campaign.ts';
import { newestVersions } from './campaigns.ts';
import { present } from './context.ts';
import type { Db } from './database.ts';

/** How far campaigns are, all of them or one: what they gave, what is left, and who changed them last. */
export async function summaries(db: Db, only?: string): Promise<CampaignSummary[]> {
  const rows = await newestVersions(db)
    .$if(only !== undefined, (some) => some.where('campaign.id', '=', only ?? ''))
    .orderBy('campaign.id')
    .execute();
  const given = await db
    .selectFrom('coupon')
    .select(['campaign_id', ({ fn }) => fn.countAll<number>().as('many')])
    .where('state', '!=', 'revoked')
    .$if(only !== undefined, (some) => some.where('campaign_id', '=', only ?? ''))
    .groupBy('campaign_id')
    .execute();
  const counts = new Map(given.map(({ campaign_id, many }) => [campaign_id, many]));
  const taken = await readTaken(db, rows);
  const changes = await readChanges(db);
  return rows.map(({ id, name, state, version, spec }) => {
    const { active, limits } = JSON.parse(spec) as CampaignSpec;
    const { stock } = limits;
    const used = taken.get(stockKey(id as CampaignId)) ?? 0;
    return {
      ...{ id, name, state, version },
      active: present({ from: active.from, until: active.until }),
      given: counts.get(id) ?? 0,
      ...(stock !== undefined && { stock: { of: stock, left: Math.max(0, stock - used) } }),
      ...present({ changed: changes.get(id) }),
    };
  });
}

async function readTaken(db: Db, rows: readonly { readonly id: string }[]): Promise<Map<string, number>> {
  if (rows.length === 0) return new Map();
  const keys = rows.map(({ id }) => stockKey(id as CampaignId));
  const counters = await db.selectFrom('counter').selectAll().where('key', 'in', keys).execute();
  return new Map(counters.map(({ key, used }) => [key, used]));
}

/** The newest change of each campaign; ids of audits sort by when they were made. */
async function readChanges(db: Db): Promise<Map<string, NonNullable<CampaignSummary['changed']>>> {
  const rows = await db
    .selectFrom('audit')
    .select(['subject_id', 'at', 'by_name', 'action', 'why'])
    .where('id', 'in', (from) =>
      from
        .selectFrom('audit')
        .select(({ fn }) => fn.max('id').as('id'))
        .where('subject_kind', '=', 'Campaign')
        .groupBy('subject_id'),
    )
    .execute();
  return new Map(
    rows.map(({ subject_id, at, by_name, action, why }) => [
      subject_id,
      { at, who: by_name, action, ...present({ why }) },
    ]),
  );
}
