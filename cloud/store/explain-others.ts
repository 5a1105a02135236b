import type { NodeId } from '../../protocol/ids.ts';
import { whyNotWeighed } from '../core/decide/match.ts';
import type { Ear, TriggerType } from '../core/decide/types.ts';
import type { ExplainedDecision, ExplainedEvent } from '../core/explain.ts';
import type { CampaignId } from '../core/ids.ts';
import { foldPhrase } from '../core/keyword.ts';
import type { CampaignSpec } from '../core/manifest/campaign.ts';
import { triggerFor } from '../core/manifest/trigger.ts';
import type { EventDetail } from '../core/ports.ts';
import { newestVersions } from './campaigns.ts';
import { present, type StoreContext } from './context.ts';
import { registryRows } from './registry.ts';

/** Campaigns there were that were no candidates, told from their present versions. */
export async function explainOthers(
  context: StoreContext,
  row: {
    readonly trigger_on: TriggerType | null;
    readonly ear: Ear;
    readonly node_id: string | null;
    readonly received_at: number;
    readonly detail: string | null;
  },
  decided: readonly ExplainedDecision[],
): Promise<ExplainedEvent['others']> {
  const rows = await newestVersions(context.db)
    .where('campaign.id', 'in', (first) =>
      first
        .selectFrom('campaign_version')
        .select('campaign_id')
        .where('version', '=', 1)
        .where('created_at', '<=', row.received_at),
    )
    .orderBy('campaign.id')
    .execute();
  const node = row.node_id === null ? undefined : await registryRows(context).node(row.node_id as NodeId);
  const { phrase, ...detail } = row.detail === null ? ({} as EventDetail) : (JSON.parse(row.detail) as EventDetail);
  // What falls due does so for one campaign.
  const target = row.trigger_on === 'schedule' ? (decided[0]?.campaign as CampaignId | undefined) : undefined;
  const event = { trigger: row.trigger_on ?? undefined, ear: row.ear, ...detail, ...present({ target }) };
  // What was typed is kept as a digest only: a campaign's own phrase is the one that has it.
  const typed = (spec: CampaignSpec): string | undefined => {
    const trigger = phrase === undefined ? undefined : triggerFor(spec, 'keyword');
    const phrases = trigger?.on === 'keyword' ? trigger.phrases.map(foldPhrase) : [];
    return phrases.find((each) => context.vault.digest(each) === phrase);
  };
  const whyNot = (id: string, spec: CampaignSpec): string =>
    whyNotWeighed(spec, { ...event, ...present({ phrase: typed(spec) }) }, node?.place, id as CampaignId);
  return rows
    .filter(({ id }) => !decided.some(({ campaign }) => campaign === id))
    .map(({ id, spec }) => ({
      campaign: id,
      why: whyNot(id, JSON.parse(spec) as CampaignSpec),
    }));
}
