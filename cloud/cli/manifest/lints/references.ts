import { nearMiss } from '../../../../protocol/near-miss.ts';
import { matchesPattern } from '../../../core/manifest/fields.ts';
import { resolveAudience, segmentsNamed } from '../../../core/segment/resolve.ts';
import type { SegmentExpr } from '../../../core/segment/types.ts';
import { type Finding, found } from '../finding.ts';
import { conditionOf } from './conditions.ts';
import { givingStores, placeOf } from './house.ts';
import type { Lint } from './lint-types.ts';

/** Documents that lead to one another: segments, forms, the stores that give and those that take. */

/** A segment may stand on the server already, so a missing one is only told; a circle is wrong wherever it stands. */
const segmentsMissing: Lint = ({ documents }) => {
  const segments = new Map<string, SegmentExpr>();
  for (const { manifest } of documents) {
    if (manifest.kind === 'Segment') segments.set(manifest.metadata.id, manifest.spec.who);
  }
  return documents.flatMap((document): Finding[] => {
    const asked = conditionOf(document);
    if (asked === undefined) return [];
    const place = placeOf(document, asked.path);
    const missing = segmentsNamed(asked.expr)
      .filter((id) => !segments.has(id))
      .map((id) => {
        const message = { en: `no Segment "${id}" stands here`, 'zh-TW': `這裡沒有客群「${id}」` };
        return found('unknown-segment', place, message, meantOrThere(id, [...segments.keys()]));
      });
    const resolved = resolveAudience(asked.expr, segments);
    if (resolved.ok || resolved.reject.code !== 'segment-cycle') return missing;
    return [
      ...missing,
      found('segment-cycle', place, resolved.reject.detail, 'let one of them say it without the others'),
    ];
  });
};

/** Where forms stand beside the campaigns, a name that is none of them is more likely wrong than on the server only. */
const formsMissing: Lint = ({ documents, forms }) => {
  const known = forms.map(({ id }) => id);
  if (known.length === 0) return [];
  return documents.flatMap((document) =>
    document.forms
      .filter(({ id }) => !known.includes(id))
      .map(({ id, path }) => {
        const message = { en: `its message links to a Form "${id}"`, 'zh-TW': `訊息連到表單「${id}」，這裡沒有` };
        return found('unknown-form', placeOf(document, path), message, meantOrThere(id, known));
      }),
  );
};

const meantOrThere = (id: string, known: readonly string[]) => {
  const meant = nearMiss(id, known);
  return meant === undefined
    ? { en: 'the server must know it already', 'zh-TW': '伺服器必須已有它' }
    : { en: `did you mean "${meant}"?`, 'zh-TW': `是不是要寫「${meant}」？` };
};

/** A coupon its own store does not take annoys people, unless that is the idea. */
const notRedeemable: Lint = (house) =>
  house.campaigns.flatMap(({ document, spec }): Finding[] => {
    const { redeemableAt, redeemElsewhere } = spec.offer.coupon;
    if (redeemElsewhere === true) return [];
    const refusing = givingStores(house, spec)
      .map(({ id }) => id)
      .filter((id) => !redeemableAt.some((pattern) => matchesPattern(pattern, id)));
    if (refusing.length === 0) return [];
    const place = placeOf(document, ['spec', 'offer', 'coupon', 'redeemableAt']);
    const names = refusing.join(', ');
    const message = {
      en: `given out at ${names}, but not redeemable there`,
      'zh-TW': `在 ${names} 發出，卻不能在那裡兌換`,
    };
    const fix = {
      en: 'add the store, or write redeemElsewhere: true',
      'zh-TW': '加入門市，或寫 redeemElsewhere: true',
    };
    return [found('not-redeemable-here', place, message, fix)];
  });

/** Coupons and sales name both kinds of channel by one id. */
const channelTwice: Lint = ({ stores, webShops }) =>
  webShops.flatMap(({ document, id }): Finding[] => {
    if (!stores.some((store) => store.id === id)) return [];
    const message = { en: `"${id}" is a Store and a WebShop`, 'zh-TW': `「${id}」同時是門市與網路商店` };
    return [found('channel-id-twice', placeOf(document, ['metadata', 'id']), message)];
  });

export const referenceLints: readonly Lint[] = [segmentsMissing, formsMissing, notRedeemable, channelTwice];
