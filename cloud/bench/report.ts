import { sql } from 'kysely';
import { epochMs } from '../../protocol/units.ts';
import type { ReportAsked } from '../core/report/types.ts';
import { reports } from '../store/report.ts';
import { median, type Ratio } from './ingest.ts';
import { type BenchWorld, openWorld } from './world.ts';

export interface ReportFigures {
  readonly bench: 'report';
  readonly events: number;
  /** Seconds each question took, one figure a round. */
  readonly seconds: Readonly<Record<string, readonly number[]>>;
  /** All at most their goals. */
  readonly ratios: readonly Ratio[];
}

const GOAL_S = 3;
const MEMBERS = 100_000;
const CAMPAIGNS = 20;
const NODES = 8;
const DAY_MS = 86_400_000;
/** Noon in Taipei, 2026-12-15; what happened before it fills 30 days. */
const NOW = epochMs(Date.parse('2026-12-15T04:00:00Z'));

/** How long the reports take over so many events, each decided about, with a tenth of them granted. */
export async function measureReport(
  { events, rounds }: { readonly events: number; readonly rounds: number },
  say: (text: string) => void,
  target?: string,
): Promise<ReportFigures> {
  const world = await openWorld(target, { members: MEMBERS, campaignsElsewhere: CAMPAIGNS, campaignHere: true });
  try {
    await fill(world, events);
    say(`${events} events stand there`);
    const desk = reports(world.store.db);
    const ask = (asked: Pick<ReportAsked, 'kind' | 'by'> & Partial<ReportAsked>) => () =>
      desk.report({ ids: [], ...asked }, NOW);
    const questions: Readonly<Record<string, () => Promise<unknown>>> = {
      campaign: ask({ kind: 'campaign', by: 'campaign' }),
      'campaign one': ask({ kind: 'campaign', by: 'store', ids: ['elsewhere-1'] }),
      'campaign by day': ask({ kind: 'campaign', by: 'day' }),
      'campaign by reason': ask({ kind: 'campaign', by: 'reason' }),
      store: ask({ kind: 'store', by: 'store' }),
      beacon: ask({ kind: 'beacon', by: 'beacon' }),
      reconcile: () => desk.reconcile({}, NOW),
    };
    const seconds: Record<string, number[]> = {};
    // The first round reads the file into memory, for all alike.
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, question] of Object.entries(questions)) {
        const begun = performance.now();
        await question();
        const took = (performance.now() - begun) / 1000;
        if (round > 0) seconds[name] = [...(seconds[name] ?? []), took];
      }
    }
    const ratios = Object.entries(seconds).map(([name, took]) => ({
      name: `${name} / ${GOAL_S} s`,
      value: median(took) / GOAL_S,
      goal: 1,
    }));
    return { bench: 'report', events, seconds, ratios };
  } finally {
    await world.close();
  }
}

/** By statements inside the database, with what a grant leads to: coupon, message, redemption, sale. */
async function fill({ store: { db } }: BenchWorld, events: number): Promise<void> {
  const numbers = sql`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${sql.lit(events)})`;
  const id = (prefix: string) => sql`${sql.lit(prefix)} || '0000000000000000' || CAST(10000000 + i AS text)`;
  const text = (prefix: string, many: number) => sql`${sql.lit(prefix)} || CAST(i % ${sql.lit(many)} AS text)`;
  const member = sql`'mem_' || CAST(10000000 + i % ${sql.lit(MEMBERS)} AS text)`;
  const at = sql`${sql.lit(NOW - 29 * DAY_MS)} + i * ${sql.lit(Math.floor((29 * DAY_MS) / events))}`;
  const granted = sql`i % 10 = 0`;
  const grants = sql`SELECT i FROM n WHERE ${granted}`;
  const redeemed = sql`SELECT i FROM n WHERE i % 50 = 0`;
  const campaign = text('elsewhere-', CAMPAIGNS);
  const node = sql`'bench-door-' || CAST(i % ${sql.lit(NODES)} AS text)`;
  const statements = [
    sql`INSERT INTO event (id, ear, source_id, type, at, received_at, age_ms, state, node_id, store_id, member_id, trust, trigger_on)
        SELECT ${id('evt_')}, 'tag', ${id('door:')}, 'enter', ${at}, ${at}, 400, 'done', ${node}, 'bench-here', ${member}, 'node', 'enter' FROM n`,
    sql`INSERT INTO decision (id, event_id, campaign_id, campaign_version, member_id, node_id, store_id, outcome, reason, weighed, trust, passed, route, coupon_id, decided_at)
        SELECT ${id('dec_')}, ${id('evt_')}, ${campaign}, 1, ${member}, ${node}, 'bench-here',
          CASE WHEN ${granted} THEN 'granted' ELSE 'refused' END,
          CASE WHEN ${granted} THEN NULL WHEN i % 10 < 7 THEN 'visit_continues' ELSE 'cap_member_campaign' END,
          1, 'node', '["fresh","trust","known","consent","active","window","audience","visit"]', NULL,
          CASE WHEN ${granted} THEN ${id('cpn_')} END, ${at} FROM n`,
    sql`INSERT INTO coupon (id, campaign_id, campaign_version, member_id, issue_key, code_hash, code_sealed, state, issued_at, expires_at, store_id)
        SELECT ${id('cpn_')}, ${campaign}, 1, ${member}, ${id('key_')}, ${id('hash_')}, ${new Uint8Array(40)},
          CASE WHEN i % 50 = 0 THEN 'redeemed' ELSE 'issued' END, ${at}, ${at} + 604800000, 'bench-here' FROM (${grants}) AS g`,
    sql`INSERT INTO delivery (id, decision_id, member_id, coupon_id, route, fallback, retry_key, messages_sealed, state, in_doubt, attempts, next_attempt_at, not_after, created_at, settled_at, cost_minor, cost_currency)
        SELECT ${id('dlv_')}, ${id('dec_')}, ${member}, ${id('cpn_')}, 'push', 'none', ${id('uuid')}, ${new Uint8Array()}, 'accepted', 0, 1, ${at}, ${at} + 120000, ${at}, ${at} + 900, 20, 'TWD' FROM (${grants}) AS g`,
    sql`INSERT INTO sale (id, channel_kind, channel_id, txn, at, recorded_at, amount_minor, currency, member_id, source, refunded_minor, attributed_by, attributed_redemption, attributed_campaign)
        SELECT ${id('sal_')}, 'store', 'bench-here', ${id('txn')}, ${at} + 3600000, ${at} + 3600000, 10000, 'TWD', ${member}, 'redemption', 0, 'redemption', ${id('rdm_')}, ${campaign} FROM (${redeemed}) AS g`,
    sql`INSERT INTO redemption (id, kind, coupon_id, channel_kind, channel_id, idempotency_key, at, token_id, sale_id)
        SELECT ${id('rdm_')}, 'redeem', ${id('cpn_')}, 'store', 'bench-here', ${id('press')}, ${at} + 3600000, 'tok_1', ${id('sal_')} FROM (${redeemed}) AS g`,
  ];
  for (const statement of statements) await sql`${numbers} ${statement}`.execute(db);
  await sql`ANALYZE`.execute(db);
}
