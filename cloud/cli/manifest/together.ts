import { nearMiss } from '../../../protocol/near-miss.ts';
import { foldPhrase } from '../../core/keyword.ts';
import type { CampaignManifest } from '../../core/manifest/campaign.ts';
import { matchesPattern } from '../../core/manifest/fields.ts';
import { isPlaced, triggersOf, triggersWithPath } from '../../core/manifest/trigger.ts';
import { resolveAudience, segmentsNamed } from '../../core/segment/resolve.ts';
import type { SegmentExpr } from '../../core/segment/types.ts';
import type { CheckedDocument } from './checked-document.ts';
import { error, type Finding, warning } from './finding.ts';
import type { DocumentPath, Place } from './place.ts';

/** What can only be seen when the documents are looked at together. */
export function checkTogether(documents: readonly CheckedDocument[]): Finding[] {
  return [
    ...phrasesTwice(documents),
    ...segmentsMissing(documents),
    ...formsMissing(documents),
    ...notRedeemable(documents),
  ];
}

const placeOf = ({ source }: CheckedDocument, path: DocumentPath): Place => source.place(source.find(path).valueOffset);

const campaignsOf = (documents: readonly CheckedDocument[]) =>
  documents.flatMap((document) =>
    document.manifest.kind === 'Campaign' ? [{ document, id: document.id, spec: document.manifest.spec }] : [],
  );

/** Whoever types such a phrase starts both campaigns, and the one of higher priority answers. */
function phrasesTwice(documents: readonly CheckedDocument[]): Finding[] {
  const first = new Map<string, { readonly id: string; readonly place: Place }>();
  const findings: Finding[] = [];
  for (const { document, id, spec } of campaignsOf(documents)) {
    const keyword = triggersWithPath(spec).find(({ trigger }) => trigger.on === 'keyword');
    if (keyword?.trigger.on !== 'keyword') continue;
    for (const [index, phrase] of keyword.trigger.phrases.entries()) {
      const place = placeOf(document, ['spec', ...keyword.path, 'phrases', index]);
      const folded = foldPhrase(phrase);
      const twin = first.get(folded);
      if (twin === undefined) first.set(folded, { id, place });
      else {
        const where = `${twin.place.file}:${twin.place.line} (campaign "${twin.id}")`;
        const message = `"${phrase}" is the same phrase as at ${where}`;
        const advice = twin.id === id ? 'take one out' : 'the campaign of higher priority answers it';
        findings.push(warning('phrase-collision', place, message, advice));
      }
    }
  }
  return findings;
}

/** A segment may stand on the server already, so a missing one is only told; a circle is wrong wherever it stands. */
function segmentsMissing(documents: readonly CheckedDocument[]): Finding[] {
  const segments = new Map<string, SegmentExpr>();
  for (const { manifest } of documents) {
    if (manifest.kind === 'Segment') segments.set(manifest.metadata.id, manifest.spec.who);
  }
  return documents.flatMap((document): Finding[] => {
    const asked = audienceOf(document);
    if (asked === undefined) return [];
    const place = placeOf(document, asked.path);
    const missing = segmentsNamed(asked.expr)
      .filter((id) => !segments.has(id))
      .map((id) =>
        warning('unknown-segment', place, `no Segment "${id}" stands here`, 'the server must know it already'),
      );
    const resolved = resolveAudience(asked.expr, segments);
    return resolved.ok || resolved.reject.code !== 'segment-cycle'
      ? missing
      : [
          ...missing,
          error('segment-cycle', place, resolved.reject.detail, 'let one of them say it without the others'),
        ];
  });
}

/** Where forms stand beside the campaigns, a name that is none of them is more likely wrong than on the server only. */
function formsMissing(documents: readonly CheckedDocument[]): Finding[] {
  const forms = documents.filter(({ kind }) => kind === 'Form').map(({ id }) => id);
  if (forms.length === 0) return [];
  return documents.flatMap((document) =>
    document.forms
      .filter(({ id }) => !forms.includes(id))
      .map(({ id, path }) => {
        const meant = nearMiss(id, forms);
        const advice = meant === undefined ? 'the server must know it already' : `did you mean "${meant}"?`;
        return warning('unknown-form', placeOf(document, path), `its message links to a Form "${id}"`, advice);
      }),
  );
}

function audienceOf({
  manifest,
}: CheckedDocument): { readonly path: DocumentPath; readonly expr: SegmentExpr } | undefined {
  if (manifest.kind === 'Segment') return { path: ['spec', 'who'], expr: manifest.spec.who };
  if (manifest.kind !== 'Campaign' || manifest.spec.audience === undefined) return undefined;
  return { path: ['spec', 'audience'], expr: manifest.spec.audience };
}

/** A coupon its own store does not take annoys people, unless that is the idea. */
function notRedeemable(documents: readonly CheckedDocument[]): Finding[] {
  const stores = documents.filter(({ kind }) => kind === 'Store').map(({ id }) => id);
  return campaignsOf(documents).flatMap(({ document, spec }): Finding[] => {
    const { redeemableAt, redeemElsewhere } = spec.offer.coupon;
    if (redeemElsewhere === true) return [];
    const refusing = stores.filter(
      (store) => givesAt(spec, store) && !redeemableAt.some((pattern) => matchesPattern(pattern, store)),
    );
    if (refusing.length === 0) return [];
    const place = placeOf(document, ['spec', 'offer', 'coupon', 'redeemableAt']);
    const message = `given out at ${refusing.join(', ')}, but not redeemable there`;
    return [error('not-redeemable-here', place, message, 'add the store, or write redeemElsewhere: true')];
  });
}

const givesAt = (spec: CampaignManifest['spec'], store: string): boolean =>
  triggersOf(spec).some((trigger) =>
    isPlaced(trigger) ? trigger.at.stores.some((pattern) => matchesPattern(pattern, store)) : spec.home === store,
  );
