import type { Brand } from '../../protocol/brand.ts';

/** Prefixed ids: a person who pastes one into `pharos explain` need not say what it is. */
export const ID_PREFIX = {
  event: 'evt',
  member: 'mem',
  visit: 'vis',
  coupon: 'cpn',
  decision: 'dec',
  delivery: 'dlv',
  attempt: 'att',
  link: 'lnk',
  consent: 'cns',
  alert: 'alr',
  answer: 'ans',
  command: 'cmd',
  merge: 'mrg',
  erasure: 'ers',
  redemption: 'rdm',
  lock: 'lck',
  sale: 'sal',
  refund: 'ref',
  token: 'tok',
  audit: 'aud',
} as const;

export type IdKind = keyof typeof ID_PREFIX;

export type EventId = Brand<string, 'EventId'>;
export type MemberId = Brand<string, 'MemberId'>;
export type VisitId = Brand<string, 'VisitId'>;
export type CouponId = Brand<string, 'CouponId'>;
export type DecisionId = Brand<string, 'DecisionId'>;
export type DeliveryId = Brand<string, 'DeliveryId'>;
/** Chosen by the marketer: `metadata.id` of the campaign file. */
export type CampaignId = Brand<string, 'CampaignId'>;

/** What kind of thing an id names by its prefix, or `undefined` for anything else. */
export function idKind(text: string): IdKind | undefined {
  const prefix = /^([a-z]{3})_[0-9a-z]+$/.exec(text)?.[1];
  return (Object.keys(ID_PREFIX) as IdKind[]).find((kind) => ID_PREFIX[kind] === prefix);
}

/** All chance that enters the core, named, so that a test can fix it. */
export interface Mint {
  /** A new sortable id with the prefix of `kind`. */
  readonly id: (kind: IdKind) => string;
  /** Random UUID, for LINE's retry key. */
  readonly uuid: () => string;
  /** `length` random bytes, unguessable. */
  readonly bytes: (length: number) => Uint8Array;
}
