import type { NodeId } from '../../protocol/ids.ts';
import type { EpochMs } from '../../protocol/units.ts';
import { FRIENDS_EVENTS, STOP_PHRASES } from '../core/consent.ts';
import type { EventId, MemberId, Mint } from '../core/ids.ts';
import { foldPhrase } from '../core/keyword.ts';
import {
  type ClaimedEvent,
  type EventDetail,
  type Identity,
  identityKey,
  type LedgerTx,
  type NewEvent,
  type Registry,
  type WantedEvents,
} from '../core/ports.ts';
import { readMark, type Source } from '../core/source.ts';
import type { Suspicion } from '../core/suspicion.ts';
import type { MemberLinks } from '../core/working-set-message.ts';
import type { Occurrence } from '../core/working-set-types.ts';
import { type Dispatched, dispatch } from './dispatch.ts';
import { hearBeacon, type Suspected } from './line-beacon.ts';
import { LineEvent, type OtherLineEvent, StoredLineEvent } from './line-event.ts';

export interface LineEventsTaken extends Dispatched {
  /** How many were still there to be worked off. */
  readonly claimed: number;
  /** What could not be read, and was set aside. */
  readonly broken: readonly { readonly id: EventId; readonly error: unknown }[];
}

/** A stored event whose body was read; `line` is absent where it means nothing to us. */
interface ReadEvent {
  readonly event: NewEvent;
  readonly line?: LineEvent;
  readonly person?: Identity;
}

/** Works off stored LINE events, but for those somebody else has taken meanwhile, as one batch. */
export async function takeLineEvents(
  tx: LedgerTx,
  mint: Mint,
  wanted: WantedEvents,
  now: EpochMs,
  links?: MemberLinks,
): Promise<LineEventsTaken> {
  const claimed = await tx.events.claim(wanted);
  const registry = await tx.registry();
  const broken: { id: EventId; error: unknown }[] = [];
  const read: ReadEvent[] = [];
  for (const event of claimed) {
    try {
      read.push(readEvent(event));
    } catch (error) {
      broken.push({ id: event.id, error });
    }
  }
  for (const { id } of broken) await tx.events.close(id, 'failed', {});

  const people = peopleOf(read);
  // Looked up after the members: who is erased between the two is found and missed at the lock, or known as erased.
  const [found, erasedAt] = await Promise.all([tx.members.find(people), tx.members.erasedAt(people)]);
  const known = withoutErased(read, erasedAt);
  const members = await withNew(tx, known, found);
  const occurrences: Occurrence[] = [];
  const suspicions: Suspicion[] = [];
  for (const one of known) {
    const { suspicion, ...occurrence } = await toOccurrence(one, members, registry);
    occurrences.push(occurrence);
    if (suspicion !== undefined) suspicions.push(suspicion);
  }
  await tx.alerts.noteAll(suspicions);
  return { ...(await dispatch(tx, mint, occurrences, now, links)), claimed: claimed.length, broken };
}

function readEvent({ body, ...event }: ClaimedEvent): ReadEvent {
  const { destination, event: raw } = StoredLineEvent.parse(body());
  const parsed = LineEvent.safeParse(raw);
  const plain = { event: { ...event, body: null } };
  if (!parsed.success) return plain;
  const line = parsed.data;
  const userId = line.source?.userId;
  if (userId === undefined) return { ...plain, line };
  return { ...plain, line, person: { kind: 'line_user', issuer: destination, subject: userId } };
}

const peopleOf = (read: readonly ReadEvent[]): Identity[] => [
  ...new Map(read.flatMap(({ person }) => (person === undefined ? [] : [[identityKey(person), person]]))).values(),
];

/** What somebody did before asking to be forgotten means nothing, however late LINE tells of it. */
function withoutErased(read: readonly ReadEvent[], erasedAt: ReadonlyMap<string, EpochMs>): readonly ReadEvent[] {
  if (erasedAt.size === 0) return read;
  return read.map(({ event, line, person }) => {
    const erased = person && erasedAt.get(identityKey(person));
    if (erased !== undefined && event.at <= erased) return { event };
    return { event, ...(line && { line }), ...(person && { person }) };
  });
}

interface FoundMembers {
  readonly byIdentity: ReadonlyMap<string, MemberId>;
  /** Those made for this batch, until their first event has been looked at. */
  readonly fresh: Set<string>;
}

/** The members behind LINE user ids; the first event of one that was not found makes the member. */
async function withNew(
  tx: LedgerTx,
  read: readonly ReadEvent[],
  found: ReadonlyMap<string, MemberId>,
): Promise<FoundMembers> {
  const wanted = new Map<string, Identity & { at: EpochMs }>();
  for (const { event, person } of read) {
    if (person !== undefined && !wanted.has(identityKey(person))) {
      wanted.set(identityKey(person), { ...person, at: event.at });
    }
  }
  const missing = [...wanted].filter(([key]) => !found.has(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  const made = await tx.members.make(missing.map(([, identity]) => identity));
  return { byIdentity: new Map([...found, ...made]), fresh: new Set(made.keys()) };
}

async function toOccurrence(
  { event, line, person }: ReadEvent,
  members: FoundMembers,
  registry: Registry,
): Promise<Occurrence & Suspected> {
  const member = person && members.byIdentity.get(identityKey(person));
  const isFirst = person !== undefined && members.fresh.delete(identityKey(person));
  const bare: Occurrence = { event, stored: true, ...(member && { member }), facts: {}, offers: [] };
  if (line === undefined) return bare;
  const active = line.mode === 'active';
  const replyToken: { readonly replyToken?: string } = active && line.replyToken ? { replyToken: line.replyToken } : {};
  const kept: EventDetail = { ...(replyToken.replyToken && { answerable: true }), ...(!active && { standby: true }) };
  // LINE tells only of friends, and friendship is the consent: who is first heard of so has it from the start. Who was
  // known before, by a form or a list, and writes or taps is one all the same, unless they said otherwise.
  const friendBy = (source: string) => ({ consent: { action: 'granted' as const, source, unlessSaid: true as const } });
  switch (line.type) {
    case 'beacon': {
      const heard = await hearBeacon(event, line, registry);
      // A banner is shown to who is no friend yet.
      const welcome = isFirst && line.beacon.type !== 'banner' ? friendBy(line.type) : {};
      return { ...bare, ...welcome, ...heard, facts: { ...heard.facts, detail: kept }, ...replyToken };
    }
    case 'unfollow':
      return { ...bare, consent: { action: 'withdrawn', source: event.id, blocked: true } };
    case 'follow': {
      const detail = { returned: line.follow?.isUnblocked === true };
      const offers = active ? await registry.offers({ trigger: 'follow', ear: 'line', ...detail }, undefined) : [];
      const consent = { action: 'granted' as const, source: event.id, blocked: false };
      const facts = { detail: { ...kept, ...(detail.returned && { returned: true as const }) } };
      const joined = { befriended: true, trigger: 'follow', trust: 'webhook' } as const;
      return { ...bare, facts, consent, ...joined, detail, offers, ...replyToken };
    }
    case 'message': {
      const marked = readMark(line.message.type === 'text' ? (line.message.text ?? '') : '');
      const phrase = foldPhrase(marked.text);
      if (STOP_PHRASES.has(phrase)) return { ...bare, consent: { action: 'withdrawn', source: event.id } };
      const offers =
        active && phrase !== '' ? await registry.offers({ trigger: 'keyword', ear: 'line', phrase }, undefined) : [];
      const trigger = offers.length === 0 ? {} : { trigger: 'keyword' as const, trust: 'webhook' as const };
      const facts = { detail: { ...kept, ...(phrase !== '' && { phrase }) } };
      const source = await ofOurs(marked.source, registry);
      return {
        ...bare,
        facts,
        ...friendBy(line.type),
        ...source,
        ...trigger,
        detail: { phrase },
        offers,
        ...replyToken,
      };
    }
    case 'other':
      return showsFriend(line) ? { ...bare, ...friendBy(line.named) } : bare;
  }
}

/** Who leaves a membership or is charged for it again may have blocked the account long ago. */
const showsFriend = ({ named, membership }: OtherLineEvent): boolean =>
  FRIENDS_EVENTS.has(named) && named !== 'beacon' && (named !== 'membership' || membership?.type === 'joined');

/** A door that is none of ours proves nothing. */
async function ofOurs(source: Source | undefined, registry: Registry): Promise<Pick<Occurrence, 'source'>> {
  if (source?.kind === 'door' && (await registry.node(source.ref as NodeId)) === undefined) return {};
  return source === undefined ? {} : { source };
}
