import { NodeId } from '../protocol/ids.ts';
import { ADMIN } from './core/access.ts';
import { clockOf } from './core/decide/clock.ts';
import type { MemberId } from './core/ids.ts';
import type { JudgingTx } from './core/ports.ts';
import type { Preview, PreviewAsked, PreviewedDecision } from './core/preview.ts';
import { chosenTrigger, doorOf, eventOf } from './core/preview-event.ts';
import {
  PREVIEW_LINKS,
  previewMint,
  SAMPLE,
  spokenTo,
  whyNotMeant,
  withSample,
  wouldSay,
} from './core/preview-person.ts';
import { Problem } from './core/problem.ts';
import type { SegmentExpr } from './core/segment/types.ts';
import type { Asked, Changes, DecisionRow, Occurrence, Offer, Past } from './core/working-set-types.ts';
import { dispatch } from './ingest/dispatch.ts';
import { rehearse } from './store/apply.ts';
import { readSegments } from './store/campaigns.ts';
import type { StoreContext } from './store/context.ts';
import { forgetting } from './store/forgetting.ts';
import { repositories } from './store/ledger.ts';
import { Overtaken } from './store/overtaken.ts';
import { readStreet } from './store/plan.ts';

/**
 * What one person would get by one event that never was: judged by the code that judges live, in a transaction that
 * leaves no trace, with the documents applied in it that were brought. Throws {@link Problem}.
 */
export async function preview(store: StoreContext, asked: PreviewAsked): Promise<Preview> {
  const { manifests, at } = asked;
  const look = (db: StoreContext['db']): Promise<Preview> => judgeOnce({ ...store, db }, asked);
  if (manifests.length === 0) return await forgetting(store.db, look);
  // Nothing stays of it, so it needs no right to what it would change.
  return (await rehearse(store, { manifests, access: ADMIN }, at, look)).seen;
}

async function judgeOnce(store: StoreContext, asked: PreviewAsked): Promise<Preview> {
  const tx = repositories(store);
  const registry = await tx.registry();
  const street = await readStreet(store.db);
  const offer = street.offers.find(({ campaignId }) => campaignId === asked.campaign);
  if (offer === undefined) throw unknownCampaign(asked.campaign);
  const trigger = chosenTrigger(offer, asked.trigger);
  const door = doorOf(offer, trigger, street.nodes, asked);
  const found = door === undefined ? undefined : await registry.node(NodeId.parse(door));
  const node = found && { ...found, ...(asked.locale !== undefined && { locale: asked.locale }) };
  const { matchable, occurrence: heard } = eventOf(offer, trigger, node, asked);
  const offers = (await registry.offers(matchable, node?.place)).map((one) => spokenTo(one, asked));
  const member = asked.as === 'sample' ? SAMPLE : (asked.as as MemberId);
  const occurrence: Occurrence = { ...heard, offers, member };

  const { changes, past, unmade } = await judged(tx, occurrence, asked);
  const mine = changes?.decisions.find(({ decision }) => decision.campaignId === offer.campaignId);
  if (changes === undefined || past === undefined || mine === undefined) throw notConcerned(offer, asked);
  const sent = changes.deliveries.find(({ decisionId }) => decisionId === mine.id);
  const made = sent === undefined ? wouldSay(past, occurrence, spokenTo(offer, asked), asked.at) : undefined;
  const complaint = unmade[0]?.complaint ?? (made?.ok === false ? made.complaint : undefined);
  const segments = await readSegments(store.db);
  const tell = (row: DecisionRow): PreviewedDecision => told(row, past, occurrence, segments);
  return {
    ...{ v: 1, campaign: offer.campaignId, as: asked.as, at: asked.at, trigger: trigger.on },
    ...(node && { node: node.id, store: node.place.storeId }),
    timeZone: clockOf(offer, node?.place).timeZone,
    decision: tell(mine),
    others: changes.decisions.filter((one) => one !== mine).map(tell),
    ...(mine.decision.route && { route: mine.decision.route }),
    messages: sent?.messages ?? (made?.ok === true ? made.value : []),
    sent: sent !== undefined,
    ...(complaint !== undefined && { complaint }),
  };
}

/** Judges the one event; what it comes to is kept here and written nowhere. */
async function judged(tx: ReturnType<typeof repositories>, occurrence: Occurrence, { as, at }: PreviewAsked) {
  const seen: { past?: Past; changes?: Changes } = {};
  const load = async (wanted: Asked): Promise<Past> => {
    try {
      return as === 'sample' ? withSample(await tx.load({ ...wanted, members: [] })) : await tx.load(wanted);
    } catch (error) {
      if (error instanceof Overtaken) throw unknownMember(as);
      throw error;
    }
  };
  const judging: Pick<JudgingTx, 'registry' | 'load' | 'write'> = {
    registry: tx.registry,
    async load(wanted) {
      seen.past = await load(wanted);
      return seen.past;
    },
    async write(made) {
      seen.changes = made;
    },
  };
  const { unmade } = await dispatch(judging, previewMint(), [occurrence], at, PREVIEW_LINKS);
  return { ...seen, unmade };
}

function told(
  row: DecisionRow,
  past: Past,
  occurrence: Occurrence,
  segments: ReadonlyMap<string, SegmentExpr>,
): PreviewedDecision {
  const { campaignId, outcome, reason, passed } = row.decision;
  const offer = occurrence.offers.find((one) => one.campaignId === campaignId);
  const figure = offer && whyNotMeant(past, occurrence, row, { offer, segments });
  return {
    ...{ campaign: campaignId, outcome, passed },
    ...(reason !== undefined && { reason, gate: passed.length + 1 }),
    ...(figure && { figure }),
  };
}

const unknownCampaign = (campaign: string): Problem =>
  new Problem('not_found', 'unknown_campaign', `there is no campaign "${campaign}", or it has ended`, {
    where: campaign,
    remedy: 'pharos campaign list says which there are; a file is previewed by its path',
  });

const unknownMember = (member: string): Problem =>
  new Problem('not_found', 'unknown_member', `there is no member "${member}"`, {
    where: 'as',
    remedy: 'pharos member list says which there are; or sample',
  });

function notConcerned({ campaignId }: Offer, { trigger, node, store, phrase }: PreviewAsked): Problem {
  const what = [trigger, node ?? store, phrase].filter((word) => word !== undefined).join(' ');
  return new Problem('invalid', 'not_concerned', `campaign "${campaignId}" does not wait for this: ${what}`, {
    remedy: 'name a place, phrase or trigger it waits for, or none',
  });
}
