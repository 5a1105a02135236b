import type { CampaignSpec } from '../../../core/manifest/campaign.ts';
import { matchesPattern } from '../../../core/manifest/fields.ts';
import type { FormSpec } from '../../../core/manifest/form.ts';
import type { Manifest } from '../../../core/manifest/manifest.ts';
import type { NodeManifest } from '../../../core/manifest/node.ts';
import type { PolicySpec } from '../../../core/manifest/policy.ts';
import type { StoreManifest } from '../../../core/manifest/store.ts';
import { isPlaced, triggersOf } from '../../../core/manifest/trigger.ts';
import type { WebShopManifest } from '../../../core/manifest/web-shop.ts';
import type { CheckedDocument } from '../checked-document.ts';
import type { DocumentPath, Place } from '../place.ts';

/** The documents of one check, sorted by kind. */
export interface House {
  readonly documents: readonly CheckedDocument[];
  readonly campaigns: readonly Entry<CampaignSpec>[];
  readonly stores: readonly Entry<StoreManifest['spec']>[];
  readonly webShops: readonly Entry<WebShopManifest['spec']>[];
  readonly nodes: readonly Entry<NodeManifest['spec']>[];
  readonly forms: readonly Entry<FormSpec>[];
  readonly policy: PolicySpec | undefined;
}

export interface Entry<Spec> {
  readonly document: CheckedDocument;
  readonly id: string;
  readonly spec: Spec;
}

export function gatherHouse(documents: readonly CheckedDocument[]): House {
  return {
    documents,
    campaigns: ofKind(documents, 'Campaign'),
    stores: ofKind(documents, 'Store'),
    webShops: ofKind(documents, 'WebShop'),
    nodes: ofKind(documents, 'Node'),
    forms: ofKind(documents, 'Form'),
    policy: ofKind(documents, 'Policy')[0]?.spec,
  };
}

type Spec<Kind> = Extract<Manifest, { kind: Kind }>['spec'];

const ofKind = <Kind extends Manifest['kind']>(
  documents: readonly CheckedDocument[],
  kind: Kind,
): Entry<Spec<Kind>>[] =>
  documents
    .filter(({ manifest }) => manifest.kind === kind)
    .map((document) => ({ document, id: document.id, spec: document.manifest.spec as Spec<Kind> }));

/** Where a path leads in the file; where it leads nowhere, the nearest place that is there. */
export const placeOf = ({ source }: CheckedDocument, path: DocumentPath): Place =>
  source.place(source.find(path).valueOffset);

/** The stores of these files at which a campaign gives something out. */
export const givingStores = ({ stores }: House, spec: CampaignSpec): House['stores'] =>
  stores.filter(({ id }) =>
    triggersOf(spec).some((trigger) =>
      isPlaced(trigger) ? trigger.at.stores.some((pattern) => matchesPattern(pattern, id)) : spec.home === id,
    ),
  );

/** The zones of its clocks, as far as these files tell. */
export function clocksOf(house: House, spec: CampaignSpec): string[] {
  const zones = givingStores(house, spec).map((store) => store.spec.timeZone);
  return [...new Set(spec.timeZone === undefined ? zones : [...zones, spec.timeZone])];
}
