import type { Logger } from 'pino';
import { type EpochMs, epochMs } from '../protocol/units.ts';
import { createBacktestDesk } from './backtest-desk.ts';
import { composeAdmin } from './compose-admin.ts';
import { composeDelivery } from './compose-delivery.ts';
import { composeForms } from './compose-forms.ts';
import { composePages } from './compose-pages.ts';
import { composeReports } from './compose-reports.ts';
import { composeTill } from './compose-till.ts';
import { brokerName, openWire } from './compose-wire.ts';
import { couponPageKey } from './core/coupon/page-link.ts';
import { formLinkKey } from './core/form/link.ts';
import type { Mint } from './core/ids.ts';
import type { MemberLinks } from './core/working-set-message.ts';
import { openDataDir } from './data-dir.ts';
import { createFleetControl } from './fleet/shadow.ts';
import { createFleetEar, type FleetMemory, isBirth } from './fleet/uplink-messages.ts';
import { watchGone } from './gone-watch.ts';
import { type HttpServer, startHttp } from './http/server.ts';
import type { WebhookTaker } from './http/webhook.ts';
import { createClock } from './ingest/clock.ts';
import type { OnUnmade } from './ingest/dispatch.ts';
import { createGroup } from './ingest/group.ts';
import { createNodeEar } from './ingest/node-ear.ts';
import { createWebhook } from './ingest/webhook.ts';
import { createWorker } from './ingest/worker.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { tellingLedger } from './metrics-ledger.ts';
import { createReadiness } from './readiness.ts';
import type { Settings } from './settings.ts';
import { memberFormLinks } from './sign-up.ts';
import { watchSilence } from './silence-watch.ts';
import { accessRows } from './store/access.ts';
import { alertRows } from './store/alerts.ts';
import type { StoreContext } from './store/context.ts';
import { migrate, newerMigrations, openDatabase } from './store/database.ts';
import { depths, proveWritable } from './store/depths.ts';
import { fleetRows, type HeardHealth } from './store/fleet.ts';
import { holdInUse } from './store/in-use.ts';
import { createLedger } from './store/ledger.ts';
import { lineQuotaRows } from './store/line-quota.ts';
import { systemMint } from './store/mint.ts';
import { nodeShadowRows } from './store/node-shadow.ts';
import { createVault } from './store/vault.ts';
import { checkVaultKey } from './store/vault-check.ts';
import { createTillTidy } from './till-tidy.ts';
import { productVersion } from './version.ts';
import { watchWork } from './work-watch.ts';

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

/** Each node tells every ten seconds how it is: of thousands, one by one, that would be most of our commits. */
const HEALTHS_A_COMMIT = 500;

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
  const fleet = fleetRows(store, brokerName(settings));
  const alerts = alertRows(store);

  const delivery = composeDelivery({ settings, store, metrics, now, log });
  const { sender } = delivery;
  const onUnmade: OnUnmade = (event, campaign, complaint) =>
    log.warn({ event, campaign, complaint }, 'message not made');
  const linkKey = formLinkKey(vaultKey);
  const publicUrl = () => settings.PHAROS_PUBLIC_URL ?? http.url;
  const pages = composePages({ settings, store, pageKey: couponPageKey(vaultKey), publicUrl, now });
  const links: MemberLinks = { form: memberFormLinks({ linkKey, publicUrl }), coupon: pages.couponLink };
  const works = {
    worker: watchWork({ waits: 'events wait', over: 'events are worked off again', log }),
    clock: watchWork({ waits: 'what is due by the clock waits', over: 'the clock goes on', log }),
    // The wire tells the log of all that nodes say.
    nodeEar: watchWork({ waits: 'events of nodes wait with them', over: 'events of nodes are kept again' }),
  };
  const worker = createWorker({
    ledger,
    mint,
    now,
    links,
    onDeliveries: () => sender.poke(),
    onFailed: (event, error) => log.error({ event, err: error }, 'event set aside'),
    onUnmade,
    onFault: works.worker.failed,
    onDone: works.worker.done,
  });
  const tidyTill = createTillTidy({
    ...{ db, now },
    onFault: (error) => log.error({ err: error }, 'old answers of tills stay'),
  });
  const clock = createClock({
    ledger,
    mint,
    now,
    links,
    onDeliveries: () => sender.poke(),
    onFailed: (what, error) => log.error({ what, err: error }, 'passed over'),
    onUnmade,
    onFault: works.clock.failed,
    onDone: works.clock.done,
    // What a process left behind that died over it: nobody else would be told.
    onBeat: () => {
      worker.poke();
      tidyTill();
    },
  });
  const takeBatch = createNodeEar({
    ledger,
    mint,
    now,
    links,
    onFailed: (event, error) => log.error({ event, err: error }, 'row rejected'),
    onUnmade,
  });
  const shadow = nodeShadowRows(store);
  const control = createFleetControl({
    rows: shadow,
    mint,
    now,
    publish: (storeId, nodeId, channel, payload) => wire.publish(storeId, nodeId, channel, payload),
    onUnpublished: (node, error) => log.warn({ node, err: error }, 'the node is told when it connects'),
  });
  const healths = createGroup<HeardHealth, void>({
    async work(heard) {
      await fleet.recordHealths(heard);
      return heard.map(() => undefined);
    },
    weigh: () => 1,
    most: HEALTHS_A_COMMIT,
  });
  const recordHealth: FleetMemory['recordHealth'] = (nodeId, health, at) => healths.submit({ nodeId, health, at });
  const takeFleetMessage = createFleetEar({ memory: { ...fleet, ...control, recordHealth }, now });

  const ownBroker = settings.PHAROS_MQTT_URL === undefined;
  if (ownBroker) await fleet.forgetOnline();
  const { wire, address } = await openWire(settings, {
    login: fleet.login,
    vaultKey,
    now,
    log,
    onUp: () => void control.catchUp().catch((error: unknown) => log.error({ err: error }, 'nodes wait to be told')),
    onRefused: (what, node) => log.warn({ node }, `refused: ${what}`),
    async onMessage(nodeId, topicStore, channel, payload) {
      if (channel !== 'events') {
        const heard = await takeFleetMessage(nodeId, channel, payload);
        if (heard === 'not_understood') log.warn({ node: nodeId, channel }, 'message not understood');
        else if (heard === 'news' && isBirth(channel, payload)) await control.connected(nodeId, topicStore);
        return;
      }
      const taken = await takeBatch(nodeId, payload).catch((error: unknown) => {
        works.nodeEar.failed(error);
        throw error;
      });
      works.nodeEar.done();
      if (!taken.ok) {
        log.warn({ node: nodeId, code: taken.reject.code }, 'batch refused');
        return;
      }
      if (taken.value.deliveries > 0) sender.poke();
      await wire.publish(topicStore, nodeId, 'ack', JSON.stringify(taken.value.ack));
    },
  });

  const http: HttpServer = await startHttp({
    host: settings.PHAROS_HTTP_HOST,
    port: settings.PHAROS_HTTP_PORT,
    adminToken,
    findToken: (token) => accessRows(store).find(token, now()),
    version: productVersion(),
    webhook: timed(
      metrics.webhook,
      createWebhook({
        ledger,
        mint,
        channelSecrets: delivery.channelSecrets,
        now,
        onStored: () => worker.poke(),
      }),
    ),
    admin: composeAdmin({
      ...{
        settings,
        store,
        fleet,
        control,
        publicUrl,
        formLink: links.form,
        validate: delivery.validate,
        backtests,
        now,
        log,
      },
      broker: { drop: wire.drop, address },
    }),
    till: composeTill({ store, vaultKey, now, onAnswer: metrics.till }),
    reports,
    forms: composeForms({ settings, store, linkKey, now, log }),
    pages,
    ready: createReadiness({
      proveWritable: () => proveWritable(store),
      newerMigrations: () => newerMigrations(db),
      wire: () => wire.state().trouble,
      ownBroker,
      senderIdleMs: delivery.idleMs,
      waits: () => Object.values(works).flatMap((work) => work.trouble() ?? []),
      tokenTrouble: delivery.tokenTrouble,
      onFault: (error) => log.error({ err: error }, 'the database takes no write'),
    }),
    metrics: metrics.read,
    onError: (error) => log.error({ err: error }, 'request failed'),
  });

  const stopWatchingSilence = watchSilence({
    memory: alerts,
    onFault: (error) => log.error({ err: error }, 'silent nodes cannot be looked for'),
  });
  const stopWatchingGone = ownBroker
    ? async () => undefined
    : watchGone({
        hears: () => wire.state().isDeaf !== true,
        forget: fleet.forgetSilent,
        now,
        onFault: (error) => log.error({ err: error }, 'who is gone cannot be told'),
      });
  worker.poke();
  sender.poke();
  clock.start();
  log.info({ http: http.url, mqtt: address.url }, 'ready');

  return {
    httpUrl: http.url,
    mqttUrl: address.url,
    adminToken,
    async tick() {
      await clock.tick();
      worker.poke();
      sender.poke();
    },
    /** Takes no more in, finishes what is in hand, closes. */
    async stop() {
      // A call LINE lets hang takes longer than all the rest: it ends beside it, and none is begun any more.
      const sent = sender.stop();
      reports.endWaits();
      await http.stop();
      await wire.stop();
      await backtests.stop();
      await reports.stop();
      await clock.stop();
      await worker.stop();
      await stopWatchingSilence();
      await stopWatchingGone();
      await sent;
      await delivery.stop();
      await db.destroy();
      letGo();
    },
  };
}

/** The same use case, which tells how long each call of it took, those that broke included: they are answered with 500. */
const timed =
  (tell: (status: number, ms: number) => void, take: WebhookTaker): WebhookTaker =>
  async (body, signature) => {
    const started = performance.now();
    let status = 500;
    try {
      const answer = await take(body, signature);
      status = answer.status;
      return answer;
    } finally {
      tell(status, performance.now() - started);
    }
  };
