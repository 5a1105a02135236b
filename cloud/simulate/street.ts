import { Hwid } from '../../protocol/ids.ts';
import { matchesPattern } from '../core/manifest/fields.ts';
import type { Manifest } from '../core/manifest/manifest.ts';
import { triggersOf } from '../core/manifest/trigger.ts';

/** Shops and doors of a simulated day: those of the files, and what is needed besides. */
export interface Street {
  /** Everything that stands before the campaigns come. */
  readonly standing: readonly object[];
  readonly campaigns: readonly object[];
  readonly doors: readonly { readonly node: string; readonly store: string; readonly hwid: Hwid }[];
  readonly timeZone: string;
  /** As written in the files. */
  readonly phrases: readonly string[];
  /** Local dates between which campaigns run. */
  readonly windows: readonly { readonly from?: string | undefined; readonly until?: string | undefined }[];
  /** A shop that takes the coupons of a campaign; absent: none of these. */
  readonly takes: ReadonlyMap<string, string | undefined>;
  /** Ids that no file names. */
  readonly madeUp: readonly string[];
}

const ENVELOPE = { apiVersion: 'pharos/v1' };
const MADE_UP_HWID = Hwid.parse('0a1b2c3d4e');
const MADE_UP_STORE = 'sample-store';

/** Where the files have no shop, one is made up, and a door for every shop that has none. */
export function layStreet(documents: readonly { readonly manifest: Manifest; readonly document: object }[]): Street {
  const stores = documents.flatMap(({ manifest }) => (manifest.kind === 'Store' ? [manifest] : []));
  const nodes = documents.flatMap(({ manifest }) => (manifest.kind === 'Node' ? [manifest] : []));
  const campaigns = documents.flatMap(({ manifest }) => (manifest.kind === 'Campaign' ? [manifest] : []));
  const [first] = stores;
  const store = { ...ENVELOPE, kind: 'Store', metadata: { id: MADE_UP_STORE }, spec: { timeZone: 'Asia/Taipei' } };
  const ids = first === undefined ? [MADE_UP_STORE] : stores.map(({ metadata }) => metadata.id);
  const bare = ids.filter((id) => nodes.every(({ spec }) => spec.store !== id));
  const doors = bare.map((id) => ({ node: `${id}-sample-door`, store: id, hwid: MADE_UP_HWID }));
  return {
    standing: [
      ...(first === undefined ? [store] : []),
      ...documents.flatMap(({ manifest, document }) => (manifest.kind === 'Campaign' ? [] : [document])),
      ...doors.map(({ node, ...spec }) => ({ ...ENVELOPE, kind: 'Node', metadata: { id: node }, spec })),
    ],
    campaigns: documents.flatMap(({ manifest, document }) => (manifest.kind === 'Campaign' ? [document] : [])),
    doors: [
      ...nodes.map(({ metadata, spec }) => ({ node: metadata.id, store: spec.store, hwid: spec.hwid })),
      ...doors,
    ],
    timeZone: first?.spec.timeZone ?? 'Asia/Taipei',
    phrases: campaigns.flatMap(({ spec }) =>
      triggersOf(spec).flatMap((trigger) => (trigger.on === 'keyword' ? trigger.phrases : [])),
    ),
    windows: campaigns.map(({ spec }) => spec.active),
    takes: new Map(
      campaigns.map(({ metadata, spec }) => [
        metadata.id,
        ids.find((id) => spec.offer.coupon.redeemableAt.some((pattern) => matchesPattern(pattern, id))),
      ]),
    ),
    madeUp: [...(first === undefined ? [MADE_UP_STORE] : []), ...doors.map(({ node }) => node)],
  };
}
