import { sql } from 'kysely';
import type { EpochMs } from '../../protocol/units.ts';
import type { Act } from '../core/access.ts';
import type { MemberId } from '../core/ids.ts';
import { LINK_PURPOSE } from '../core/member/identity.ts';
import { type ImportPlan, isReject, type NamedRow, planImport } from '../core/member/import-plan.ts';
import type { ImportOutcome, ImportReject, ImportRow } from '../core/member/import-row.ts';
import { auditRows } from './audit.ts';
import type { StoreContext } from './context.ts';
import type { Db } from './database.ts';
import { insertRows, rowsTable } from './many.ts';
import { readWorld } from './member-import-world.ts';
import { transact } from './transact.ts';

export interface ImportAsked {
  readonly rows: readonly ImportRow[];
  /** Only looks what would become of them. */
  readonly dryRun: boolean;
  /** The account's own user id: LINE user ids are one account's. */
  readonly lineIssuer: string | undefined;
  readonly at: EpochMs;
  readonly act: Act;
}

/** A batch of a list in one transaction: what can be taken in is, the rest is said why not. The same once more changes nothing. */
export async function importMembers(context: StoreContext, asked: ImportAsked): Promise<ImportOutcome> {
  const { dryRun, lineIssuer = 'line_user', at, act } = asked;
  const rows = asked.rows.map((row) => named(row, lineIssuer));
  return await transact(context.db, async (db) => {
    const world = await readWorld({ ...context, db }, rows);
    const newId = (): MemberId => context.mint.id('member') as MemberId;
    const plans: ImportPlan[] = [];
    const rejected: (ImportReject & { line: number })[] = [];
    for (const row of rows) {
      const planned = planImport(row, world, { newId, now: at });
      if (isReject(planned)) rejected.push({ line: row.line, ...planned });
      else plans.push(planned);
    }
    const count = (outcome: ImportPlan['outcome']): number => plans.filter((plan) => plan.outcome === outcome).length;
    const counts = { created: count('created'), updated: count('updated'), unchanged: count('unchanged') };
    if (!dryRun && counts.created + counts.updated > 0) {
      await write({ ...context, db }, plans, at);
      const detail = { ...counts, rejected: rejected.length };
      const subject = { kind: 'Members', id: 'import' };
      await auditRows(db, context.mint).write({ act, action: 'member.import', subject, detail }, at);
    }
    return { ...counts, rejected };
  });
}

const named = (row: ImportRow, lineIssuer: string): NamedRow => ({
  ...row,
  identities: row.identities.map(({ kind, issuer, subject }) => ({
    kind,
    subject,
    issuer: kind === 'line_user' ? lineIssuer : (issuer ?? (kind === 'ble_tag' ? 'ibeacon' : kind)),
  })),
});

async function write({ db, mint }: StoreContext, plans: readonly ImportPlan[], at: EpochMs): Promise<void> {
  const created = plans.filter(({ outcome }) => outcome === 'created');
  await insertRows(
    db,
    'member',
    { id: 'text', blocked: 'int', created_at: 'int' },
    created.map(({ member }) => ({ id: member, blocked: 0, created_at: at })),
  );
  const links = plans.flatMap(({ member, links: theirs }) =>
    theirs.map(({ kind, issuer, subject }) => ({
      id: mint.id('link'),
      member_id: member,
      kind,
      issuer,
      subject,
      created_at: at,
    })),
  );
  await insertRows(
    db,
    'identity_link',
    { id: 'text', member_id: 'text', kind: 'text', issuer: 'text', subject: 'text', created_at: 'int' },
    links,
  );
  // A consent that came with a link names it, so that both end together.
  const linkOf = new Map(
    links.map(({ id, member_id, kind }) => [`${member_id}\n${kind === 'line_user' ? '' : LINK_PURPOSE[kind]}`, id]),
  );
  await insertRows(
    db,
    'consent',
    { id: 'text', member_id: 'text', purpose: 'text', action: 'text', wording: 'text', source: 'text', at: 'int' },
    plans.flatMap(({ member, consents }) =>
      consents.map(({ purpose, wording, at: agreedAt }) => ({
        id: mint.id('consent'),
        member_id: member,
        purpose,
        action: 'granted',
        wording,
        source: linkOf.get(`${member}\n${purpose}`) ?? 'import',
        at: agreedAt,
      })),
    ),
  );
  await insertRows(
    db,
    'member_tag',
    { member_id: 'text', tag: 'text', since: 'int' },
    plans.flatMap(({ member, tags }) => tags.map((tag) => ({ member_id: member, tag, since: at }))),
    ['member_id', 'tag'],
  );
  await writeAttributes(db, plans, at);
  await insertRows(
    db,
    'profile_change',
    { member_id: 'text', at: 'int', kind: 'text', name: 'text', before: 'text' },
    plans.flatMap(({ member, tags, before }) => [
      ...tags.map((tag) => ({ member_id: member, at, kind: 'tag', name: tag, before: null })),
      ...Object.entries(before).map(([name, value]) => ({
        ...{ member_id: member, at, kind: 'attribute', name },
        before: value === undefined ? null : JSON.stringify(value),
      })),
    ]),
    ['member_id', 'at', 'kind', 'name'],
  );
}

/** The last word on each attribute of each member: one statement cannot set a row twice. */
async function writeAttributes(db: Db, plans: readonly ImportPlan[], at: EpochMs): Promise<void> {
  const rows = plans.flatMap(({ member, set }) =>
    Object.entries(set).map(([name, value]) => ({ member_id: member, name, value: JSON.stringify(value), set_at: at })),
  );
  if (rows.length === 0) return;
  const last = [...new Map(rows.map((row) => [`${row.member_id}\n${row.name}`, row])).values()];
  const shape = { member_id: 'text', name: 'text', value: 'text', set_at: 'int' } as const;
  await sql`
    INSERT INTO member_attribute (member_id, name, value, set_at)
    SELECT r.member_id, r.name, r.value, r.set_at FROM ${rowsTable(db, shape, last)} AS r WHERE true
    ON CONFLICT (member_id, name) DO UPDATE SET value = excluded.value, set_at = excluded.set_at
  `.execute(db);
}
