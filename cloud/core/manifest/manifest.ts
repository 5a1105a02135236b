import { z } from 'zod';
import { CampaignManifest } from './campaign.ts';
import { NodeManifest } from './node.ts';
import { StoreManifest } from './store.ts';

export const MANIFEST_KINDS = ['Store', 'Node', 'Campaign'] as const;

export const Manifest = z.discriminatedUnion('kind', [StoreManifest, NodeManifest, CampaignManifest]);
export type Manifest = z.infer<typeof Manifest>;

export interface ManifestIssue {
  /** Where in the document: `spec.offer.coupon`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A document as typed, checked whole: every issue at once, each with its place. */
export function parseManifest(
  document: unknown,
):
  | { readonly ok: true; readonly manifest: Manifest }
  | { readonly ok: false; readonly issues: readonly ManifestIssue[] } {
  const parsed = Manifest.safeParse(document);
  if (parsed.success) return { ok: true, manifest: parsed.data };
  return { ok: false, issues: parsed.error.issues.flatMap(flatten) };
}

function flatten(issue: z.core.$ZodIssue): ManifestIssue[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], message: 'unknown key' }));
    case 'invalid_union':
      if (path.at(-1) === 'kind' || path.length === 0) {
        return [{ path: ['kind'], message: `kind must be one of ${MANIFEST_KINDS.join(', ')}` }];
      }
      return [{ path, message: 'none of the known forms fits' }];
    default:
      return [{ path, message: issue.message }];
  }
}
