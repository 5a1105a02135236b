import type { Matchable } from '../decide/match.ts';
import type { Place } from '../decide/types.ts';
import type { RegisteredNode } from '../records.ts';
import type { Occurrence, Offer } from '../working-set-types.ts';
import type { CampaignsThen } from './campaigns-at.ts';
import type { ReplayMemory } from './memory.ts';
import type { RecordedEvent, RecordedWorld } from './types.ts';

/** What came with the world an event happened in. */
export interface Then {
  readonly world: RecordedWorld;
  readonly memory: Pick<ReplayMemory, 'member'>;
  readonly then: CampaignsThen;
}

/** An event as it was written down, in the form in which its ear once handed it on. */
export function toOccurrence(recorded: RecordedEvent, { world, memory, then }: Then): Occurrence {
  const { event, member, detail } = recorded;
  const node = event.nodeId === undefined ? undefined : world.nodes.get(event.nodeId);
  const matchable = matchableOf(recorded, then);
  const offers = matchable === undefined || detail.standby ? [] : find(then, matchable, node);
  const consent = consentOf(recorded, memory);
  const waited = event.ear === 'line';
  // A phrase nobody waits for starts nothing; everything else is what it was.
  const starts = matchable?.trigger !== undefined && (matchable.trigger !== 'keyword' || offers.length > 0);
  return {
    event,
    stored: waited,
    facts: {},
    offers,
    ...(node && { node }),
    ...(member && { member }),
    ...(recorded.trust && { trust: recorded.trust }),
    ...(starts && matchable.trigger && { trigger: matchable.trigger, trust: recorded.trust ?? 'webhook' }),
    ...(matchable && { detail: detailOf(matchable) }),
    ...(detail.answerable && { replyToken: 'as then' }),
    ...(consent && { consent }),
  };
}

const find = (then: CampaignsThen, event: Matchable, node: RegisteredNode | undefined): readonly Offer[] =>
  then.find(event, event.trigger === 'follow' || event.trigger === 'keyword' ? undefined : placeOf(node));

const placeOf = (node: RegisteredNode | undefined): Place | undefined => node?.place;

function matchableOf({ event, trigger, detail }: RecordedEvent, then: CampaignsThen): Matchable | undefined {
  const { ear } = event;
  if (ear === 'tag' || event.type === 'beacon') {
    if (trigger === undefined) return undefined;
    return { trigger, ear, ...(detail.presentMs !== undefined && { presentMs: detail.presentMs }) };
  }
  if (event.type === 'follow') return { trigger: 'follow', ear, returned: detail.returned === true };
  if (event.type !== 'message') return undefined;
  const phrase = detail.phrase === undefined ? undefined : then.phraseOf(detail.phrase);
  return phrase === undefined ? undefined : { trigger: 'keyword', ear, phrase };
}

const detailOf = ({ presentMs, phrase, returned }: Matchable): NonNullable<Occurrence['detail']> => ({
  ...(presentMs !== undefined && { presentMs }),
  ...(phrase !== undefined && { phrase }),
  ...(returned !== undefined && { returned }),
});

/** What the event said about being written to. */
function consentOf(
  { event, member }: RecordedEvent,
  memory: Pick<ReplayMemory, 'member'>,
): Occurrence['consent'] | undefined {
  const given =
    member &&
    memory
      .member(member)
      ?.consents.find(({ source, at }) => source === event.id || (at === event.at && source === event.type));
  if (given === undefined) return undefined;
  const { action, source } = given;
  if (event.type === 'follow') return { action, source, blocked: false };
  return { action, source, ...(event.type === 'unfollow' && { blocked: true }) };
}
