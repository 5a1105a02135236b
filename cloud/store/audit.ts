import type { AuditEntry, AuditQuery, AuditRecord } from '../core/audit.ts';
import type { Mint } from '../core/ids.ts';
import { present } from './context.ts';
import type { Db } from './database.ts';
import { systemMint } from './mint.ts';

/** Who changed what, when and why. Append-only, and written in the transaction of the change. */
export const auditRows = (db: Db, mint: Pick<Mint, 'id'> = systemMint) => ({
  /** Nothing without an act: then it was the service itself that did what it does anyway. */
  async write({ act, action, subject, detail }: AuditEntry, at: number): Promise<void> {
    if (act === undefined) return;
    await db
      .insertInto('audit')
      .values({
        id: mint.id('audit'),
        at,
        by_token: act.by.tokenId,
        by_name: act.by.name,
        action,
        subject_kind: subject.kind,
        subject_id: subject.id,
        why: act.why ?? null,
        detail: detail === undefined ? null : JSON.stringify(detail),
      })
      .execute();
  },

  /** The newest first. */
  async list({ limit, campaign, since }: AuditQuery): Promise<AuditRecord[]> {
    const rows = await db
      .selectFrom('audit')
      .selectAll()
      .$if(campaign !== undefined, (some) =>
        some.where('subject_kind', '=', 'Campaign').where('subject_id', '=', campaign ?? ''),
      )
      .$if(since !== undefined, (some) => some.where('at', '>=', since ?? 0))
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      at: row.at,
      who: row.by_name,
      token: row.by_token,
      action: row.action,
      subject: { kind: row.subject_kind, id: row.subject_id },
      ...present({ why: row.why }),
      ...(row.detail !== null && { detail: JSON.parse(row.detail) as Record<string, unknown> }),
    }));
  },

  /** Who touched a campaign last; absent where nobody has since changes are remembered. */
  async last(kind: string, id: string): Promise<Pick<AuditRecord, 'who' | 'at'> | undefined> {
    const row = await db
      .selectFrom('audit')
      .select(['by_name', 'at'])
      .where('subject_kind', '=', kind)
      .where('subject_id', '=', id)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row && { who: row.by_name, at: row.at };
  },
});
