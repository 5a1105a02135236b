import { type EpochMs, epochMs } from '../../../protocol/units.ts';
import type { CampaignId } from '../ids.ts';
import { indexOffers, type OfferIndex, phrasesOf } from '../offers.ts';
import type { Offer } from '../working-set-types.ts';
import type { CampaignSpan } from './types.ts';

/** The campaigns of one stretch of time in which none of them changed. */
export interface CampaignsThen {
  readonly all: readonly Offer[];
  readonly find: OfferIndex;
  /** The phrase somebody typed, where one of the campaigns waits for it; by its digest, which is all that is kept. */
  readonly phraseOf: (digest: string) => string | undefined;
}

/** Which campaigns there were at a time, by their versions and states. */
export function campaignsAt(
  spans: readonly CampaignSpan[],
  digest: (phrase: string) => string,
): (at: EpochMs) => CampaignsThen {
  const sorted = [...spans].sort((a, b) => a.from - b.from || versionOf(a) - versionOf(b));
  const borders = [...new Set(sorted.map(({ from }) => from))];
  const known = new Map<number, CampaignsThen>();

  const stretch = (index: number): CampaignsThen => {
    const border = borders[index];
    const running = new Map<CampaignId, Offer>();
    for (const span of sorted) {
      if (border === undefined || span.from > border) break;
      const id = campaignOf(span);
      const before = running.get(id);
      // A new version of a campaign that is paused is paused.
      if (span.kind === 'version') running.set(id, { ...span.offer, state: before?.state ?? span.offer.state });
      else if (before !== undefined) running.set(id, { ...before, state: span.state });
    }
    const all = [...running.values()].filter(({ state }) => state !== 'ended');
    const phrases = new Map(all.flatMap((offer) => [...phrasesOf(offer)]).map((phrase) => [digest(phrase), phrase]));
    return { all, find: indexOffers(all), phraseOf: (text) => phrases.get(text) };
  };

  return (at) => {
    const later = borders.findIndex((border) => border > at);
    const index = (later === -1 ? borders.length : later) - 1;
    const then = known.get(index) ?? stretch(index);
    known.set(index, then);
    return then;
  };
}

/** Changes of a state come after the version of the same moment. */
const versionOf = (span: CampaignSpan): number =>
  span.kind === 'version' ? span.offer.version : Number.POSITIVE_INFINITY;

const campaignOf = (span: CampaignSpan): CampaignId =>
  span.kind === 'version' ? span.offer.campaignId : span.campaignId;

/**
 * The same with some campaigns as they would be: each in the place of all its versions, running from the beginning. Its
 * dates are set aside, since they lie ahead; its days and hours count.
 */
export function withDrafts(spans: readonly CampaignSpan[], drafts: readonly Offer[], from: EpochMs): CampaignSpan[] {
  const drafted = new Set(drafts.map(({ campaignId }) => campaignId));
  return [
    ...spans.filter((span) => !drafted.has(campaignOf(span))),
    ...drafts.map((draft) => ({ kind: 'version' as const, from: epochMs(0), offer: asRunning(draft, from) })),
  ];
}

function asRunning(draft: Offer, from: EpochMs): Offer {
  const { from: _first, until: _last, ...active } = draft.spec.active;
  return { ...draft, state: 'running', since: from, spec: { ...draft.spec, active } };
}
