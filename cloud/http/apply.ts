import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { HEADQUARTERS } from '../core/access.ts';
import type { ApplyAsked, ApplyOutcome } from '../core/apply.ts';
import { SlugField } from '../core/manifest/fields.ts';
import { type Manifest, parseManifest } from '../core/manifest/manifest.ts';
import { namesAStore, OFFER_MESSAGES, tryTemplate } from '../core/message/sample.ts';
import { type DocumentIssue, Problem } from '../core/problem.ts';
import { ApplyAnswer, NOT_APPLIED } from './answers/campaigns.ts';
import { route, WhyField } from './route.ts';

/** What is to be applied, or only tried. */
export const applyFields = {
  documents: z.array(z.unknown()).max(1000),
  /** By campaign: the version the change was made from, 0 for none. */
  expect: z.record(z.string(), z.int().nonnegative()).optional(),
  owner: SlugField.optional(),
  prune: z.boolean().default(false),
};

interface Pruning {
  readonly documents: readonly unknown[];
  readonly prune: boolean;
  readonly owner?: string | undefined;
}

export const pruneNamesOwner = <S extends z.ZodType<Pruning>>(body: S): S =>
  body
    .refine(({ documents, prune }) => documents.length > 0 || prune, {
      message: 'send a document',
      path: ['documents'],
    })
    .refine(({ owner, prune }) => owner !== undefined || !prune, {
      message: 'prune takes away what an owner applied before: name the owner',
      path: ['owner'],
    });

const ApplyBody = pruneNamesOwner(
  z.strictObject({ ...applyFields, dryRun: z.boolean().default(false), why: WhyField.optional() }),
);

/** `/v1/apply`: makes the registry say what the documents say, all of them or none. */
export function applyRoute(app: FastifyInstance, apply: (asked: ApplyAsked) => Promise<ApplyOutcome>): void {
  route(app, {
    ...{ method: 'POST', url: '/apply', roles: HEADQUARTERS },
    ...{ answer: ApplyAnswer, refuses: NOT_APPLIED },
    summary: 'Makes the server say what the documents say, all of them or none.',
    body: ApplyBody,
    handle: async ({ body: { documents, ...asked }, access }) => {
      const outcome = await apply({ ...asked, manifests: parseAll(documents), access });
      return { dryRun: asked.dryRun, ...outcome };
    },
  });
}

/** All documents or none: every issue of every document in one answer. */
export function parseAll(documents: readonly unknown[]): Manifest[] {
  const issues: DocumentIssue[] = [];
  const manifests = documents.flatMap((document, index) => {
    const parsed = parseManifest(document);
    if (parsed.ok) {
      issues.push(...brokenTemplates(parsed.manifest).map((issue) => ({ document: index, ...issue })));
      return [parsed.manifest];
    }
    issues.push(...parsed.issues.map((issue) => ({ document: index, ...issue })));
    return [];
  });
  if (issues.length > 0) {
    const [first] = issues;
    throw new Problem('invalid', 'bad_manifest', `${issues.length} problem(s) in the documents: ${first?.message}`, {
      where: `document ${first?.document}: ${first?.path.join('.')}`,
      issues,
    });
  }
  return manifests;
}

/** What is wrong with the texts of a campaign, each tried with made-up values. */
function brokenTemplates(manifest: Manifest): { readonly path: readonly string[]; readonly message: string }[] {
  if (manifest.kind !== 'Campaign') return [];
  const { metadata, spec } = manifest;
  return OFFER_MESSAGES.flatMap((name) =>
    Object.entries(spec.offer[name]?.sources ?? {}).flatMap(([locale, source]) => {
      const { rendered, wantsStore } = tryTemplate(source, name, namesAStore(spec));
      if (rendered.ok) return [];
      const { code, detail } = rendered.reject;
      const why = wantsStore ? '; it happens at no store, so store.name is empty: set home, or leave it out' : '';
      const message = `campaign "${metadata.id}", ${locale} text: ${code}: ${detail}${why}`;
      return [{ path: ['spec', 'offer', name, 'template'], message }];
    }),
  );
}
