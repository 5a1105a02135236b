import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { inject, onTestFinished } from 'vitest';
import { Hwid, NodeId, StoreId } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import type { Decision } from '../core/decide/types.ts';
import type { CampaignId, EventId, MemberId } from '../core/ids.ts';
import { parseManifest } from '../core/manifest/manifest.ts';
import type { LedgerTx, NewCoupon, NewDelivery, NewEvent } from '../core/ports.ts';
import { applyManifests } from './apply.ts';
import type { StoreContext } from './context.ts';
import { type Db, migrate, openDatabase } from './database.ts';
import { repositories } from './ledger.ts';
import { systemMint } from './mint.ts';
import { createVault } from './vault.ts';

export const T0 = epochMs(Date.parse('2026-12-15T04:00:00Z'));
export const HWID = Hwid.parse('0a1b2c3d4e');
export const STORE = StoreId.parse('taipei-1');
export const NODE = NodeId.parse('taipei-1-door');
export const TEA = 'tea' as CampaignId;

export const document = (kind: string, id: string, spec: unknown) => ({
  apiVersion: 'pharos/v1',
  kind,
  metadata: { id },
  spec,
});

export const storeDocument = (spec: object = {}) => document('Store', STORE, { timeZone: 'Asia/Taipei', ...spec });
export const nodeDocument = (spec: object = {}, id: string = NODE) =>
  document('Node', id, { store: STORE, hwid: HWID, ...spec });
export const campaignDocument = (spec: object = {}, id: string = TEA) =>
  document('Campaign', id, {
    trigger: { on: 'enter' },
    offer: {
      coupon: { value: { percent: 20 }, redeemableAt: ['*'] },
      message: { template: 'm.json', sources: { default: '{"type":"text","text":"{{ coupon.code }}"}' } },
    },
    ...spec,
  });

export const manifest = (given: unknown) => {
  const parsed = parseManifest(given);
  if (!parsed.ok) throw new Error(`${parsed.issues[0]?.path.join('.')}: ${parsed.issues[0]?.message}`);
  return parsed.manifest;
};

export interface TestStore extends StoreContext {
  /** By which another process opens the same database. */
  readonly target: string;
  readonly repos: LedgerTx;
  /** For another process on the same database. */
  readonly vaultKey: Buffer;
  apply(...documents: readonly unknown[]): ReturnType<typeof applyManifests>;
  /** Everything the database has on disk, log included. */
  bytesOnDisk(): Promise<Buffer>;
}

/** Which database this run of the tests is about; every test of the store runs on both. */
export const ON_POSTGRES = process.env['PHAROS_TEST_DATABASE'] === 'postgres';

/** Where a database may be made that is gone when the test ends: empty, or a copy of a migrated one. */
export async function freshTarget(content: 'empty' | 'migrated' = 'empty'): Promise<string> {
  return ON_POSTGRES ? await freshPostgres(content) : await freshSqlite(content);
}

/** On SQLite, also where this run is about the other. */
export async function freshSqlite(content: 'empty' | 'migrated' = 'empty'): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-store-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const target = join(dir, 'pharos.sqlite');
  if (content === 'migrated') {
    const db = await openDatabase(target);
    await migrate(db);
    await db.destroy();
  }
  return target;
}

async function freshPostgres(content: 'empty' | 'migrated'): Promise<string> {
  const { url, template } = inject('postgres');
  const name = `t${randomBytes(8).toString('hex')}`;
  const asAdmin = async (statement: string): Promise<void> => {
    const admin = await openDatabase(url);
    await sql.raw(statement).execute(admin);
    await admin.destroy();
  };
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${content === 'migrated' ? template : 'template0'}`);
  onTestFinished(() => asAdmin(`DROP DATABASE ${name} WITH (FORCE)`));
  const made = new URL(url);
  made.pathname = name;
  return made.href;
}

/** A migrated database of its own, gone when the test ends. */
export async function openStore(): Promise<TestStore> {
  const target = await freshTarget('migrated');
  const db = await openDatabase(target);
  onTestFinished(() => db.destroy());
  const vaultKey = randomBytes(32);
  const context: StoreContext = { db, vault: createVault(vaultKey), mint: systemMint };
  return {
    ...context,
    target,
    vaultKey,
    repos: repositories(context),
    apply: (...documents) => applyManifests(context, documents.map(manifest), T0),
    bytesOnDisk: async () => readFolder(ON_POSTGRES ? await folderOfPostgres(db) : dirname(target)),
  };
}

const readFolder = (dir: string): Buffer =>
  Buffer.concat(readdirSync(dir).map((name) => readFileSync(join(dir, name))));

/** The files of this database, once all that is written stands in them. */
async function folderOfPostgres(db: Db): Promise<string> {
  await sql`CHECKPOINT`.execute(db);
  const { rows } = await sql<{ dir: string }>`
    SELECT current_setting('data_directory') || '/base/' || oid AS dir FROM pg_database WHERE datname = current_database()
  `.execute(db);
  return rows[0]?.dir ?? '';
}

let serial = 0;
const next = (): number => {
  serial += 1;
  return serial;
};

export const newEvent = (given: Partial<NewEvent> = {}): NewEvent => {
  const id = systemMint.id('event') as EventId;
  return { id, ear: 'line', sourceId: id, type: 'beacon', at: T0, receivedAt: T0, ageMs: 0, body: null, ...given };
};

export const newMember = async ({ repos }: TestStore, subject = `U${next()}`): Promise<MemberId> =>
  (await repos.members.create({ kind: 'line_user', issuer: 'bot', subject }, T0)).id;

export const newCoupon = (memberId: MemberId, given: Partial<NewCoupon> = {}): NewCoupon => ({
  campaignId: TEA,
  campaignVersion: 1,
  memberId,
  code: `34679ACDEF${next()}`,
  storeId: STORE,
  issuedAt: T0,
  expiresAt: epochMs(T0 + 86_400_000),
  ...given,
});

export const grantedTo = (memberId: MemberId, given: Partial<Decision> = {}): Decision => ({
  campaignId: TEA,
  version: 1,
  memberId,
  outcome: 'granted',
  passed: ['fresh', 'visit'],
  weighed: true,
  ...given,
});

/** A whole grant as the dispatcher writes it: event, coupon, decision, delivery, in words for nobody else. */
export async function newDelivery(store: TestStore, given: Partial<NewDelivery> = {}) {
  const { repos } = store;
  const memberId = given.memberId ?? (await newMember(store));
  const event = newEvent();
  await repos.events.add(event);
  const couponId = await repos.coupons.issue(newCoupon(memberId), `key-${next()}`);
  if (couponId === undefined) throw new Error('the issue key was taken');
  const facts = { trust: 'signed' as const, couponId, at: T0 };
  const decisionId = await repos.decisions.add(event.id, grantedTo(memberId), facts);
  const id = await repos.deliveries.add({
    decisionId,
    memberId,
    couponId,
    route: 'push',
    fallback: 'none',
    messages: [{ type: 'text', text: `hello, ${memberId}` }],
    notAfter: epochMs(T0 + 3600_000),
    createdAt: T0,
    ...given,
  });
  return { id, memberId, couponId, eventId: event.id, decisionId };
}
