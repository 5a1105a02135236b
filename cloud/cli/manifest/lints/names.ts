import { nearMiss } from '../../../../protocol/near-miss.ts';
import { matchesPattern } from '../../../core/manifest/fields.ts';
import { isPlaced, triggersWithPath } from '../../../core/manifest/trigger.ts';
import type { CheckedDocument } from '../checked-document.ts';
import { type Finding, found } from '../finding.ts';
import type { DocumentPath } from '../place.ts';
import type { RuleId } from '../rules.ts';
import { leavesOf } from './conditions.ts';
import { type House, placeOf } from './house.ts';
import type { Lint } from './lint-types.ts';

/**
 * Names that lead to nothing in these files. They may stand on the server already, so these are warnings, and where
 * no document of a kind is here at all nothing is said of it.
 */

interface Named {
  readonly document: CheckedDocument;
  readonly path: DocumentPath;
  /** An id, or a prefix ending in `*`. */
  readonly pattern: string;
}

interface Target {
  readonly rule: RuleId;
  readonly known: readonly string[];
  readonly en: string;
  readonly chinese: string;
}

/** One warning for each pattern that matches none of the known ids. */
const unmatched = (named: readonly Named[], { rule, known, en, chinese }: Target): Finding[] =>
  known.length === 0
    ? []
    : named.flatMap(({ document, path, pattern }) => {
        if (known.some((id) => matchesPattern(pattern, id))) return [];
        const message = { en: `no ${en} "${pattern}" stands here`, 'zh-TW': `這裡沒有${chinese}「${pattern}」` };
        return [found(rule, placeOf(document, path), message, meantBy(pattern.replace(/\*$/, ''), known))];
      });

const meantBy = (word: string, known: readonly string[]) => {
  const meant = nearMiss(word, known);
  return meant === undefined
    ? { en: 'the server must know it already', 'zh-TW': '伺服器必須已有它' }
    : { en: `did you mean "${meant}"?`, 'zh-TW': `是不是要寫「${meant}」？` };
};

const each = (document: CheckedDocument, path: DocumentPath, patterns: readonly string[] | undefined): Named[] =>
  (patterns ?? []).map((pattern, index) => ({ document, path: [...path, index], pattern }));

const storeNames = (house: House): Named[] => [
  ...house.nodes.map(({ document, spec }) => ({ document, path: ['spec', 'store'], pattern: spec.store })),
  ...house.campaigns.flatMap(({ document, spec }) => [
    ...triggersWithPath(spec).flatMap(({ trigger, path }) =>
      isPlaced(trigger) ? each(document, ['spec', ...path, 'at', 'stores'], trigger.at.stores) : [],
    ),
    ...(spec.home === undefined ? [] : [{ document, path: ['spec', 'home'], pattern: spec.home }]),
  ]),
  ...house.documents.flatMap((document) =>
    leavesOf(document).flatMap(({ leaf, path }) => {
      if ('lastVisit' in leaf) return each(document, [...path, 'lastVisit', 'stores'], leaf.lastVisit.stores);
      return 'visits' in leaf ? each(document, [...path, 'visits', 'stores'], leaf.visits.stores) : [];
    }),
  ),
];

const unknownStore: Lint = (house) => {
  const stores = house.stores.map(({ id }) => id);
  if (stores.length === 0) return [];
  const target = { rule: 'unknown-store', en: 'Store', chinese: '門市' } as const;
  const channels = house.campaigns.flatMap(({ document, spec }) =>
    each(document, ['spec', 'offer', 'coupon', 'redeemableAt'], spec.offer.coupon.redeemableAt),
  );
  return [
    ...unmatched(storeNames(house), { ...target, known: stores }),
    ...unmatched(channels, {
      ...target,
      en: 'Store or WebShop',
      known: [...stores, ...house.webShops.map(({ id }) => id)],
    }),
  ];
};

/** Zones are those of the nodes here that hang in the stores meant. */
const unknownZone: Lint = ({ campaigns, nodes }) =>
  campaigns.flatMap(({ document, spec }) =>
    triggersWithPath(spec).flatMap(({ trigger, path }) => {
      if (!isPlaced(trigger)) return [];
      const here = nodes.filter((node) =>
        trigger.at.stores.some((pattern) => matchesPattern(pattern, node.spec.store)),
      );
      const known = [...new Set(here.map((node) => node.spec.zone))];
      const named = each(document, ['spec', ...path, 'at', 'zones'], trigger.at.zones);
      return unmatched(named, { rule: 'unknown-zone', known, en: 'node in a zone', chinese: '區域' });
    }),
  );

const unknownCampaign: Lint = ({ documents, campaigns }) =>
  documents.flatMap((document) => {
    const named = leavesOf(document).flatMap(({ leaf, path }): Named[] => {
      const [key, asked] =
        'holds' in leaf ? ['holds', leaf.holds.campaign] : 'used' in leaf ? ['used', leaf.used.campaign] : [];
      return key === undefined || asked === undefined
        ? []
        : [{ document, path: [...path, key, 'campaign'], pattern: asked }];
    });
    const known = campaigns.map(({ id }) => id);
    return unmatched(named, { rule: 'unknown-campaign', known, en: 'Campaign', chinese: '活動' });
  });

/** Tags are also given by hand, so only what looks like a slip of the finger is told. */
const unknownTag: Lint = ({ documents, forms }) => {
  const known = [...new Set(forms.flatMap(({ spec }) => spec.tags))];
  return documents.flatMap((document) =>
    leavesOf(document).flatMap(({ leaf, path }): Finding[] => {
      if (!('tag' in leaf) || known.includes(leaf.tag)) return [];
      const meant = nearMiss(leaf.tag, known);
      if (meant === undefined) return [];
      const message = {
        en: `no form here gives the tag "${leaf.tag}"`,
        'zh-TW': `這裡沒有表單加上標記「${leaf.tag}」`,
      };
      return [found('unknown-tag', placeOf(document, [...path, 'tag']), message, meantBy(leaf.tag, known))];
    }),
  );
};

export const nameLints: readonly Lint[] = [unknownStore, unknownZone, unknownCampaign, unknownTag];
