import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { NodeId } from '../../protocol/ids.ts';
import { CampaignManifest } from '../core/manifest/campaign.ts';
import type { Manifest } from '../core/manifest/manifest.ts';
import { NodeManifest } from '../core/manifest/node.ts';
import { StoreManifest } from '../core/manifest/store.ts';
import { applyManifests } from '../store/apply.ts';
import type { StoreContext } from '../store/context.ts';
import { migrate, openDatabase } from '../store/database.ts';
import { systemMint } from '../store/mint.ts';
import { createVault } from '../store/vault.ts';

/** A chain of shops to measure in: one door that counts, members with tags, and campaigns that wait elsewhere. */
export interface BenchWorld {
  readonly store: StoreContext;
  readonly nodes: readonly NodeId[];
  close(): Promise<void>;
}

export interface WorldSize {
  readonly members: number;
  readonly campaignsElsewhere: number;
  /** Whether a campaign waits at the door. */
  readonly campaignHere: boolean;
}

export const TAG_UUID = 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38';
const NODES = 8;
export const nodeName = (index: number): NodeId => NodeId.parse(`bench-door-${index}`);

/** The tag of the `index`th member, as a node reports it. */
export const tagOf = (index: number) => ({
  kind: 'ibeacon' as const,
  uuid: TAG_UUID,
  major: Math.floor(index / 65_536),
  minor: index % 65_536,
});

const header = (kind: string, id: string) => ({ apiVersion: 'pharos/v1', kind, metadata: { id } });

const shop = (id: string): Manifest =>
  StoreManifest.parse({
    ...header('Store', id),
    spec: { timeZone: 'Asia/Taipei', hours: '00:00-24:00' },
  });

const campaign = (id: string, store: string): Manifest =>
  CampaignManifest.parse({
    ...header('Campaign', id),
    spec: {
      trigger: { on: 'enter', at: { stores: [store] } },
      offer: {
        coupon: { value: { percent: 20 }, redeemableAt: ['*'] },
        message: {
          template: 'bench.liquid.json',
          sources: {
            default:
              '{"type":"text","text":"{{ store.name }}: {{ coupon.value }}, {{ coupon.code }}, until {{ coupon.validUntil }}"}',
          },
        },
      },
      limits: { perMember: { max: 1, per: 'P30D' }, messages: { max: 100_000_000, per: 'month' } },
      delivery: { prefer: 'push', fallback: 'none' },
    },
  });

/** `target`: a PostgreSQL address of an empty database; absent: a SQLite file in a temporary folder. */
export async function openWorld(target: string | undefined, size: WorldSize): Promise<BenchWorld> {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-bench-'));
  const db = await openDatabase(target ?? join(dir, 'bench.sqlite'), 'service');
  const store: StoreContext = { db, vault: createVault(randomBytes(32)), mint: systemMint };
  if (target !== undefined) await sql`DROP SCHEMA public CASCADE; CREATE SCHEMA public`.execute(db);
  await migrate(db);
  const doors = Array.from({ length: NODES }, (_, index) =>
    NodeManifest.parse({
      ...header('Node', nodeName(index)),
      spec: { store: 'bench-here', hwid: '0a1b2c3d4e', index: index + 1 },
    }),
  );
  const elsewhere = Array.from({ length: size.campaignsElsewhere }, (_, index) =>
    campaign(`elsewhere-${index}`, `elsewhere-${index % 50}`),
  );
  const here = size.campaignHere ? [campaign('here', 'bench-here')] : [];
  await applyManifests(store, [shop('bench-here'), ...doors, ...here, ...elsewhere], Date.now());
  if (size.members > 0) await addMembers(store, size.members);
  return {
    store,
    nodes: Array.from({ length: NODES }, (_, index) => nodeName(index)),
    async close() {
      await db.destroy();
      rmSync(dir, { recursive: true });
    },
  };
}

/** Made inside the database: a million of them by statement would take longer than the measurement. */
async function addMembers({ db }: StoreContext, count: number): Promise<void> {
  const numbers = sql`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${sql.lit(count)})`;
  const id = (prefix: string) => sql`${sql.lit(prefix)} || CAST(10000000 + i AS text)`;
  await sql`${numbers} INSERT INTO member (id, blocked, created_at) SELECT ${id('mem_')}, 0, 0 FROM n`.execute(db);
  await sql`
    ${numbers} INSERT INTO identity_link (id, member_id, kind, issuer, subject, created_at)
    SELECT ${id('lnk_')}, ${id('mem_')}, 'ble_tag', 'ibeacon',
           ${sql.lit(TAG_UUID)} || '/' || CAST(i / 65536 AS text) || '/' || CAST(i % 65536 AS text), 0 FROM n
  `.execute(db);
  await sql`
    ${numbers} INSERT INTO consent (id, member_id, purpose, action, wording, source, at)
    SELECT ${id('cns_')}, ${id('mem_')}, 'line_marketing', 'granted', 'bench', 'bench', 0 FROM n
  `.execute(db);
  await sql`ANALYZE`.execute(db);
}
