import { sql } from 'kysely';
import type { EpochMs } from '../../protocol/units.ts';
import type { StoreContext } from '../store/context.ts';
import { rowsTable } from '../store/many.ts';

const HOUR_MS = 3600_000;

/** So many pushes that wait, each to somebody else, and each with a code of its own: equal ones would go together. */
export async function addPushes({ db, vault }: StoreContext, count: number, now: EpochMs): Promise<void> {
  const n = sql`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${sql.lit(count)})`;
  const id = (prefix: string) => sql`${sql.lit(prefix)} || CAST(10000000 + i AS text)`;
  const said = Array.from({ length: count }, (_, i) => {
    const text = `Tea House: 20 % off with 3467-${10_000_000 + i}, until the end of the month`;
    return { i, messages: vault.seal(JSON.stringify([{ type: 'text', text }])) };
  });
  await sql`${n} INSERT INTO member (id, blocked, created_at) SELECT ${id('mem_')}, 0, 0 FROM n`.execute(db);
  await sql`
    ${n} INSERT INTO identity_link (id, member_id, kind, issuer, subject, created_at)
    SELECT ${id('lnk_')}, ${id('mem_')}, 'line_user', 'bench', ${id('U')}, 0 FROM n
  `.execute(db);
  await sql`
    INSERT INTO event (id, ear, source_id, type, at, received_at, state)
    VALUES ('evt_bench', 'line', 'bench', 'beacon', 0, 0, 'done')
  `.execute(db);
  await sql`
    ${n} INSERT INTO decision (id, event_id, campaign_id, campaign_version, member_id, outcome, weighed, trust, passed, decided_at)
    SELECT ${id('dec_')}, 'evt_bench', ${id('bench-')}, 1, ${id('mem_')}, 'granted', 1, 'signed', '[]', 0 FROM n
  `.execute(db);
  await sql`
    INSERT INTO delivery (id, decision_id, member_id, route, fallback, retry_key, messages_sealed, state, in_doubt,
                          attempts, next_attempt_at, not_after, created_at)
    SELECT ${id('dlv_')}, ${id('dec_')}, ${id('mem_')}, 'push', 'none', ${id('00000000-0000-4000-8000-0000')}, messages,
           'ready', 0, 0, ${sql.lit(now)}, ${sql.lit(now + HOUR_MS)}, ${sql.lit(now)}
    FROM ${rowsTable(db, { i: 'int', messages: 'bytes' }, said)} AS said
  `.execute(db);
}
