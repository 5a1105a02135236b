import { z } from 'zod';
import { CampaignManifest } from './campaign.ts';
import { FormManifest } from './form.ts';
import { NodeManifest } from './node.ts';
import { PolicyManifest } from './policy.ts';
import { SegmentManifest } from './segment.ts';
import { StoreManifest } from './store.ts';
import { WebShopManifest } from './web-shop.ts';

export const MANIFEST_SCHEMAS = {
  Store: StoreManifest,
  WebShop: WebShopManifest,
  Node: NodeManifest,
  Campaign: CampaignManifest,
  Segment: SegmentManifest,
  Policy: PolicyManifest,
  Form: FormManifest,
} as const;

export const MANIFEST_KINDS = Object.keys(MANIFEST_SCHEMAS) as readonly (keyof typeof MANIFEST_SCHEMAS)[];

export const Manifest = z.discriminatedUnion('kind', [
  StoreManifest,
  WebShopManifest,
  NodeManifest,
  CampaignManifest,
  SegmentManifest,
  PolicyManifest,
  FormManifest,
]);
export type Manifest = z.infer<typeof Manifest>;

export interface ManifestIssue {
  /** Where in the document: `spec.offer.coupon`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The rule between fields it breaks, if it is one of those. */
  readonly rule?: string;
  /** It is about several keys together. */
  readonly whole?: boolean;
}

/** A document as typed, checked whole: every issue at once, each with its place. */
export function parseManifest(
  document: unknown,
):
  | { readonly ok: true; readonly manifest: Manifest }
  | { readonly ok: false; readonly issues: readonly ManifestIssue[] } {
  const parsed = Manifest.safeParse(document);
  const unstorable: ManifestIssue[] = pathsOfNul(document).map((path) => ({ path, message: NO_NUL }));
  if (parsed.success && unstorable.length === 0) return { ok: true, manifest: parsed.data };
  const issues = [...(parsed.error?.issues.flatMap(flatten) ?? []), ...unstorable];
  const misspelt = new Set(
    issues.filter(({ message }) => message === UNKNOWN_KEY).map(({ path }) => placeOf(path.slice(0, -1))),
  );
  // What is wrong with a thing as a whole follows from its misspelt key.
  return { ok: false, issues: issues.filter(({ path, whole }) => !(whole && misspelt.has(placeOf(path)))) };
}

const NO_NUL = 'holds the character U+0000, which no text may hold';

/** Texts that no database keeps. */
function pathsOfNul(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value === 'string') return value.includes('\0') ? [path] : [];
  if (typeof value !== 'object' || value === null || path.length > MOST_NESTED) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    pathsOfNul(part, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** Deeper than any document that fits. */
const MOST_NESTED = 60;

const UNKNOWN_KEY = 'unknown key';

const placeOf = (path: readonly (string | number)[]): string => path.join('.');

function flatten(issue: z.core.$ZodIssue): ManifestIssue[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], message: UNKNOWN_KEY }));
    case 'invalid_union':
      if (path.length === 0 || (path.length === 1 && path[0] === 'kind')) {
        return [{ path: ['kind'], message: `kind must be one of ${MANIFEST_KINDS.join(', ')}` }];
      }
      return flattenUnion(issue, path);
    case 'invalid_key':
      return [{ path, message: issue.issues[0]?.message ?? issue.message }];
    case 'custom': {
      const rule: unknown = issue.params?.['rule'];
      return [{ path, message: issue.message, ...(typeof rule === 'string' ? { rule } : { whole: true }) }];
    }
    default:
      return [{ path, message: issue.message }];
  }
}

/** Text where a list would stand, and the like: not this form, whatever else it says. */
const isOtherType = (issue: z.core.$ZodIssue | undefined): boolean =>
  issue !== undefined && issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');

const isMissing = (issue: z.core.$ZodIssue | undefined): boolean =>
  issue?.path.length === 0 && issue.message.endsWith('received undefined');

/** Where one form is plainly meant, what is wrong with that one; else that none of them fits. */
function flattenUnion(issue: z.core.$ZodIssueInvalidUnion, path: ManifestIssue['path']): ManifestIssue[] {
  const words = /^Invalid discriminator value\. Expected (.+)$/.exec(issue.message)?.[1];
  if (words !== undefined)
    return [{ path, message: `must be one of ${words.replaceAll("'", '').split(' | ').join(', ')}` }];
  // Of one thing or a list of them, only the written one can be meant.
  const fitting = issue.errors.filter((form) => !(form.length === 1 && isOtherType(form[0])));
  const [same, ...alike] = fitting;
  if (same !== undefined && alike.length === 0 && issue.errors.length > 1 && issue.message === 'Invalid input') {
    return same.flatMap(flatten).map((inner) => ({ ...inner, path: [...path, ...inner.path] }));
  }
  const [missing] = issue.errors.flat();
  if (missing !== undefined && issue.errors.every(([first]) => isMissing(first))) {
    return [{ path, message: missing.message }];
  }
  const meant = issue.errors.filter(
    (form) =>
      form.length > 0 && form.every(({ code, path: inner }) => inner.length > 0 && code !== 'unrecognized_keys'),
  );
  const [only, ...others] = meant;
  if (only !== undefined && others.length === 0) {
    return only.flatMap(flatten).map((inner) => ({ ...inner, path: [...path, ...inner.path] }));
  }
  return [{ path, message: issue.message === 'Invalid input' ? 'none of the known forms fits' : issue.message }];
}
