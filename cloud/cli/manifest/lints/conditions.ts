import type { SegmentExpr, SegmentLeaf } from '../../../core/segment/types.ts';
import type { CheckedDocument } from '../checked-document.ts';
import type { DocumentPath } from '../place.ts';

/** The condition a document is about, and the way to it: the audience of a campaign, the members of a segment. */
export function conditionOf({
  manifest,
}: CheckedDocument): { readonly path: DocumentPath; readonly expr: SegmentExpr } | undefined {
  if (manifest.kind === 'Segment') return { path: ['spec', 'who'], expr: manifest.spec.who };
  if (manifest.kind !== 'Campaign' || manifest.spec.audience === undefined) return undefined;
  return { path: ['spec', 'audience'], expr: manifest.spec.audience };
}

export interface Leaf {
  readonly leaf: SegmentLeaf | { readonly segment: string };
  readonly path: DocumentPath;
}

/** The single facts a document's condition asks for, each with the way to it. */
export function leavesOf(document: CheckedDocument): Leaf[] {
  const condition = conditionOf(document);
  return condition === undefined ? [] : leaves(condition.expr, condition.path);
}

function leaves(expr: SegmentExpr, path: DocumentPath): Leaf[] {
  if ('not' in expr) return leaves(expr.not, [...path, 'not']);
  if ('all' in expr) return expr.all.flatMap((part, index) => leaves(part, [...path, 'all', index]));
  if ('any' in expr) return expr.any.flatMap((part, index) => leaves(part, [...path, 'any', index]));
  return [{ leaf: expr, path }];
}
