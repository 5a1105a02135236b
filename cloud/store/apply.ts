import { unreachable } from '../../protocol/result.ts';
import type { Role } from '../core/access.ts';
import type { Applied, ApplyAsked, ApplyOutcome, Numbered } from '../core/apply.ts';
import { differencesOf } from '../core/difference.ts';
import type { Manifest } from '../core/manifest/manifest.ts';
import type { StoreManifest } from '../core/manifest/store.ts';
import { Problem } from '../core/problem.ts';
import { applyCampaign } from './apply-campaign.ts';
import { applyDocument } from './apply-document.ts';
import { applyNode } from './apply-node.ts';
import { prune, recordOwner } from './apply-owner.ts';
import { checkReferences } from './apply-references.ts';
import { warningsOf } from './apply-warnings.ts';
import { auditRows } from './audit.ts';
import type { StoreContext } from './context.ts';
import type { Db } from './database.ts';
import { forgetting } from './forgetting.ts';
import { holdRegistry } from './registry.ts';
import { transact } from './transact.ts';

/** In this order every reference finds its target. */
const ORDER: readonly Manifest['kind'][] = ['Store', 'WebShop', 'Node', 'Policy', 'Segment', 'Form', 'Campaign'];

/** What stands in the street rather than in a campaign: changed by those who run the shops' machines alone. */
const LAID_OUT: readonly Manifest['kind'][] = ['Store', 'WebShop', 'Node'];
const LAY_OUT: readonly Role[] = ['admin'];

/**
 * Makes the registry say what the manifests say, all of them or none. Applying the same files again changes nothing;
 * a changed campaign becomes a new version and running coupons keep theirs. Throws {@link Problem} naming the document.
 */
export async function applyManifests(
  { db }: StoreContext,
  manifests: readonly Manifest[],
  at: number,
): Promise<Applied[]> {
  return await transact(db, async (tx) => {
    await holdRegistry(tx);
    const applied: Applied[] = [];
    for (const { manifest } of inOrder(manifests)) applied.push(await applyOne(tx, manifest, at, undefined));
    await checkReferences(tx);
    return applied;
  });
}

/** The same for somebody: with their right to it, their expectations, and a trace of who did it. */
export async function applyAsked(context: StoreContext, asked: ApplyAsked, at: number): Promise<ApplyOutcome> {
  if (asked.dryRun === true) return (await rehearse(context, asked, at, async () => undefined)).outcome;
  const { db, mint } = context;
  return await transact(db, async (tx) => {
    await holdRegistry(tx);
    return await applyWithin({ tx, audit: auditRows(tx, mint), at }, asked);
  });
}

/** The same as a trial: nothing stays of it but what `look` saw of the world as it would be. Everybody waits for `look`. */
export async function rehearse<Seen>(
  { db, mint }: StoreContext,
  asked: ApplyAsked,
  at: number,
  look: (tx: Db) => Promise<Seen>,
): Promise<{ readonly outcome: ApplyOutcome; readonly seen: Seen }> {
  return await forgetting(db, async (tx) => {
    await holdRegistry(tx);
    const outcome = await applyWithin({ tx, audit: auditRows(tx, mint), at }, asked);
    return { outcome, seen: await look(tx) };
  });
}

interface Applying {
  readonly tx: Db;
  readonly audit: ReturnType<typeof auditRows>;
  readonly at: number;
}

async function applyWithin({ tx, audit, at }: Applying, asked: ApplyAsked): Promise<ApplyOutcome> {
  const { manifests, access, why, expect = {}, owner } = asked;
  const act = { by: access, why };
  checkExpected(manifests, expect);
  const ordered = inOrder(manifests);
  const applied: Applied[] = [];
  const warnings = owner === undefined ? [] : await recordOwner(tx, ordered, owner);
  for (const { manifest } of ordered) {
    const { kind, metadata } = manifest;
    const done = await applyOne(tx, manifest, at, expect[metadata.id]);
    applied.push(done);
    if (done.action === 'unchanged') continue;
    checkLaidOut(manifest, access.role);
    const detail = { action: done.action, ...(done.version !== undefined && { version: done.version }) };
    await audit.write({ act, action: 'apply', subject: { kind, id: metadata.id }, detail }, at);
  }
  const removed = asked.prune === true && owner !== undefined ? await prune(tx, manifests, owner, at) : [];
  for (const { kind, id, action } of removed) {
    if (action === 'kept') continue;
    await audit.write({ act, action: 'prune', subject: { kind, id }, detail: { action, owner: owner ?? '' } }, at);
  }
  await checkReferences(tx);
  return { applied, removed, warnings: [...warnings, ...(await warningsOf(tx, ordered))] };
}

const inOrder = (manifests: readonly Manifest[]): Numbered[] =>
  manifests
    .map((manifest, document) => ({ manifest, document }))
    .sort((a, b) => ORDER.indexOf(a.manifest.kind) - ORDER.indexOf(b.manifest.kind));

function checkExpected(manifests: readonly Manifest[], expect: Readonly<Record<string, number>>): void {
  for (const id of Object.keys(expect)) {
    if (manifests.some(({ kind, metadata }) => kind === 'Campaign' && metadata.id === id)) continue;
    throw new Problem('invalid', 'expect_unknown', `no campaign "${id}" is among the documents`, {
      where: `expect.${id}`,
      remedy: 'name a campaign that is applied now',
    });
  }
}

function checkLaidOut({ kind, metadata }: Manifest, role: Role): void {
  if (LAY_OUT.includes(role) || !LAID_OUT.includes(kind)) return;
  throw new Problem('not_allowed', 'role_not_allowed', `the role ${role} may not change ${kind} "${metadata.id}"`, {
    where: `${kind} ${metadata.id}`,
    remedy: 'have it applied with an admin token, or leave it as it is',
  });
}

async function applyOne(db: Db, manifest: Manifest, at: number, expected: number | undefined): Promise<Applied> {
  switch (manifest.kind) {
    case 'Store':
      return await applyStore(db, manifest, at);
    case 'Node':
      return await applyNode(db, manifest, at);
    case 'Campaign':
      return await applyCampaign(db, manifest, at, expected);
    case 'WebShop':
    case 'Policy':
    case 'Segment':
    case 'Form':
      return await applyDocument(db, manifest, at);
    default:
      return unreachable(manifest);
  }
}

async function applyStore(db: Db, { metadata, spec }: StoreManifest, at: number): Promise<Applied> {
  const next = { name: metadata.name ?? metadata.id, spec: JSON.stringify(spec) };
  const row = await db.selectFrom('store').selectAll().where('id', '=', metadata.id).executeTakeFirst();
  const result = { kind: 'Store' as const, id: metadata.id };
  if (row === undefined) {
    await db
      .insertInto('store')
      .values({ id: metadata.id, ...next, updated_at: at })
      .execute();
    return { ...result, action: 'created' };
  }
  if (row.name === next.name && row.spec === next.spec) return { ...result, action: 'unchanged' };
  await db
    .updateTable('store')
    .set({ ...next, updated_at: at })
    .where('id', '=', metadata.id)
    .execute();
  const before = { name: row.name, spec: JSON.parse(row.spec) };
  return {
    ...result,
    action: 'updated',
    changes: differencesOf(before, { name: next.name, spec: JSON.parse(next.spec) }),
  };
}
