import type { Logger } from 'pino';
import { type EpochMs, epochMs } from '../protocol/units.ts';
import { createBacktestDesk } from './backtest-desk.ts';
import { composeAdmin } from './compose-admin.ts';
import { composeDelivery } from './compose-delivery.ts';
import { openFleet } from './compose-fleet.ts';
import { composeForms } from './compose-forms.ts';
import { composeIntake } from './compose-intake.ts';
import { composePages } from './compose-pages.ts';
import { composeReports } from './compose-reports.ts';
import { composeTill } from './compose-till.ts';
import { couponPageKey } from './core/coupon/page-link.ts';
import { formLinkKey } from './core/form/link.ts';
import type { Mint } from './core/ids.ts';
import type { MemberLinks } from './core/working-set-message.ts';
import { openDataDir } from './data-dir.ts';
import { type HttpServer, startHttp } from './http/server.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { tellingLedger } from './metrics-ledger.ts';
import { createReadiness } from './readiness.ts';
import type { Settings } from './settings.ts';
import { memberFormLinks } from './sign-up.ts';
import { accessRows } from './store/access.ts';
import type { StoreContext } from './store/context.ts';
import { migrate, newerMigrations, openDatabase } from './store/database.ts';
import { depths, proveWritable } from './store/depths.ts';
import { holdInUse } from './store/in-use.ts';
import { createLedger } from './store/ledger.ts';
import { lineQuotaRows } from './store/line-quota.ts';
import { systemMint } from './store/mint.ts';
import { createVault } from './store/vault.ts';
import { checkVaultKey } from './store/vault-check.ts';
import { createTillTidy } from './till-tidy.ts';
import { productVersion } from './version.ts';

/**
 * One cloud process.
 *
 *   LINE ─► http ─► webhook ─► event rows ─► worker ─┐
 *                                                    ├─► dispatch: visit · decide · coupon · delivery row ─► sender ─► LINE
 *   node ─► broker ─► node ear ──────────────────────┘
 */
export interface Cloud {
  readonly httpUrl: string;
  readonly mqttUrl: string;
  readonly adminToken: string;
  /** Does what is due by now, as it would within the next second: for a clock that jumps. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

/** Rejects, mostly with a {@link Problem}, when it cannot listen or read what the settings name. */
export async function startCloud(
  settings: Settings,
  log: Logger = createLog(settings.PHAROS_LOG_LEVEL),
  now: () => EpochMs = () => epochMs(Date.now()),
  mint: Mint = systemMint,
): Promise<Cloud> {
  const { databasePath, adminToken, vaultKey } = openDataDir(settings.PHAROS_DATA_DIR, settings.PHAROS_ADMIN_TOKEN);
  const letGo = settings.PHAROS_DATABASE_URL === undefined ? holdInUse(databasePath) : () => undefined;
  const target = settings.PHAROS_DATABASE_URL ?? databasePath;
  const db = await openDatabase(target, 'service');
  const migrations = await migrate(db);
  if (migrations.length > 0) log.info({ migrations }, 'database migrated');

  const store: StoreContext = { db, vault: createVault(vaultKey), mint };
  await checkVaultKey(store);
  const backtests = createBacktestDesk({ target, vaultKey }, (error) => log.error({ err: error }, 'a backtest broke'));
  const reports = composeReports({ target, db, now });
  const metrics = createMetrics({
    now,
    depths: () => depths(store, now()),
    quotaLeft: () => lineQuotaRows(store).left(now()),
    brokerConnections: () => wire.state().connections,
    senderIdleMs: () => delivery.idleMs(),
    onUnread: (figure, error) => log.error({ figure, err: error }, 'a figure cannot be looked up'),
  });
  const ledger = tellingLedger(createLedger(store), metrics.written);

  const delivery = composeDelivery({ settings, store, metrics, now, log });
  const { sender } = delivery;
  const linkKey = formLinkKey(vaultKey);
  const publicUrl = () => settings.PHAROS_PUBLIC_URL ?? http.url;
  const pages = composePages({ settings, store, pageKey: couponPageKey(vaultKey), publicUrl, now });
  const links: MemberLinks = { form: memberFormLinks({ linkKey, publicUrl }), coupon: pages.couponLink };
  const tidyTill = createTillTidy({
    ...{ db, now },
    onFault: (error) => log.error({ err: error }, 'old answers of tills stay'),
  });
  const intake = composeIntake({
    ...{ ledger, mint, now, links, log },
    channelSecrets: delivery.channelSecrets,
    onDeliveries: sender.poke,
    onWebhook: metrics.webhook,
    onBeat: tidyTill,
  });
  const { takeBatch } = intake;
  const fleet = await openFleet({ settings, store, vaultKey, takeBatch, now, mint, log });
  const { wire } = fleet;

  const http: HttpServer = await startHttp({
    host: settings.PHAROS_HTTP_HOST,
    port: settings.PHAROS_HTTP_PORT,
    adminToken,
    findToken: (token) => accessRows(store).find(token, now()),
    version: productVersion(),
    webhook: intake.webhook,
    admin: composeAdmin({
      ...{ settings, store, fleet, publicUrl, backtests, now, log },
      formLink: links.form,
      validate: delivery.validate,
    }),
    till: composeTill({ store, vaultKey, now, onAnswer: metrics.till }),
    reports,
    forms: composeForms({ settings, store, linkKey, now, log }),
    pages,
    ready: createReadiness({
      proveWritable: () => proveWritable(store),
      newerMigrations: () => newerMigrations(db),
      wire: () => wire.state().trouble,
      ownBroker: settings.PHAROS_MQTT_URL === undefined,
      senderIdleMs: delivery.idleMs,
      waits: intake.troubles,
      tokenTrouble: delivery.tokenTrouble,
      onFault: (error) => log.error({ err: error }, 'the database takes no write'),
    }),
    metrics: metrics.read,
    onError: (error) => log.error({ err: error }, 'request failed'),
  });

  sender.poke();
  intake.start();
  log.info({ http: http.url, mqtt: fleet.address.url }, 'ready');

  return {
    httpUrl: http.url,
    mqttUrl: fleet.address.url,
    adminToken,
    async tick() {
      await intake.tick();
      sender.poke();
    },
    /** Takes no more in, finishes what is in hand, closes. */
    async stop() {
      // A call LINE lets hang takes longer than all the rest: it ends beside it, and none is begun any more.
      const sent = sender.stop();
      reports.endWaits();
      await http.stop();
      await fleet.stop();
      await backtests.stop();
      await reports.stop();
      await intake.stop();
      await sent;
      await delivery.stop();
      await db.destroy();
      letGo();
    },
  };
}
