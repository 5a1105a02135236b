import { join } from 'node:path';
import type { Logger } from 'pino';
import { type EpochMs, epochMs } from '../protocol/units.ts';
import { type Broker, startBroker } from './broker/broker.ts';
import { chooseTls, defaultPublicUrl } from './broker/tls.ts';
import { composeAdmin } from './compose-admin.ts';
import { composeDelivery } from './compose-delivery.ts';
import { composeForms } from './compose-forms.ts';
import { formLinkKey } from './core/form/link.ts';
import { brokerName, openDataDir } from './data-dir.ts';
import { createFleetControl } from './fleet/shadow.ts';
import { createFleetEar, isBirth } from './fleet/uplink-messages.ts';
import { type HttpServer, startHttp } from './http/server.ts';
import type { WebhookTaker } from './http/webhook.ts';
import { createClock } from './ingest/clock.ts';
import type { OnUnmade } from './ingest/dispatch.ts';
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
import { alertRows } from './store/alerts.ts';
import type { StoreContext } from './store/context.ts';
import { migrate, openDatabase } from './store/database.ts';
import { depths, proveWritable } from './store/depths.ts';
import { fleetRows } from './store/fleet.ts';
import { holdInUse } from './store/in-use.ts';
import { createLedger } from './store/ledger.ts';
import { lineQuotaRows } from './store/line-quota.ts';
import { systemMint } from './store/mint.ts';
import { nodeShadowRows } from './store/node-shadow.ts';
import { createVault } from './store/vault.ts';
import { checkVaultKey } from './store/vault-check.ts';

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
  stop(): Promise<void>;
}

/** Rejects, mostly with a {@link Problem}, when it cannot listen or read what the settings name. */
export async function startCloud(
  settings: Settings,
  log: Logger = createLog(settings.PHAROS_LOG_LEVEL),
  now: () => EpochMs = () => epochMs(Date.now()),
): Promise<Cloud> {
  const { databasePath, adminToken, vaultKey } = openDataDir(settings.PHAROS_DATA_DIR, settings.PHAROS_ADMIN_TOKEN);
  const tls = await chooseTls({
    host: settings.PHAROS_MQTT_HOST,
    certFile: settings.PHAROS_MQTT_TLS_CERT,
    keyFile: settings.PHAROS_MQTT_TLS_KEY,
    caFile: settings.PHAROS_MQTT_TLS_CA,
    publicUrl: settings.PHAROS_MQTT_PUBLIC_URL,
    ownCaDir: join(settings.PHAROS_DATA_DIR, 'tls'),
    now: now(),
  });

  const letGo = settings.PHAROS_DATABASE_URL === undefined ? holdInUse(databasePath) : () => undefined;
  const db = await openDatabase(settings.PHAROS_DATABASE_URL ?? databasePath);
  const migrations = await migrate(db);
  if (migrations.length > 0) log.info({ migrations }, 'database migrated');

  const store: StoreContext = { db, vault: createVault(vaultKey), mint: systemMint };
  await checkVaultKey(store);
  const metrics = createMetrics({
    now,
    depths: () => depths(store, now()),
    quotaLeft: () => lineQuotaRows(store).left(now()),
    brokerConnections: () => broker.state().connections,
    senderIdleMs: () => delivery.idleMs(),
  });
  const ledger = tellingLedger(createLedger(store), metrics.written);
  const fleet = fleetRows(store, brokerName(settings.PHAROS_DATA_DIR, settings.PHAROS_MQTT_PORT));
  const alerts = alertRows(store);

  const delivery = composeDelivery({ settings, store, metrics, now, log });
  const { sender } = delivery;
  const onUnmade: OnUnmade = (event, campaign, complaint) =>
    log.warn({ event, campaign, complaint }, 'message not made');
  const linkKey = formLinkKey(vaultKey);
  const formLink = memberFormLinks({
    linkKey,
    publicUrl: () => settings.PHAROS_PUBLIC_URL ?? http.url,
  });
  const worker = createWorker({
    ledger,
    mint: systemMint,
    now,
    formLink,
    onDeliveries: () => sender.poke(),
    onFailed: (event, error) => log.error({ event, err: error }, 'event set aside'),
    onUnmade,
    onFault: (error) => log.error({ err: error }, 'events wait'),
  });
  const clock = createClock({
    ledger,
    mint: systemMint,
    now,
    formLink,
    onDeliveries: () => sender.poke(),
    onFailed: (what, error) => log.error({ what, err: error }, 'passed over'),
    onUnmade,
    onFault: (error) => log.error({ err: error }, 'the clock waits'),
    // What a process left behind that died over it: nobody else would be told.
    onBeat: () => worker.poke(),
  });
  const takeBatch = createNodeEar({
    ledger,
    mint: systemMint,
    now,
    formLink,
    onFailed: (event, error) => log.error({ event, err: error }, 'row rejected'),
    onUnmade,
  });
  const shadow = nodeShadowRows(store);
  const control = createFleetControl({
    rows: shadow,
    mint: systemMint,
    now,
    publish: (storeId, nodeId, channel, payload) => broker.publish(storeId, nodeId, channel, payload),
    onUnpublished: (node, error) => log.warn({ node, err: error }, 'the node is told when it connects'),
  });
  const takeFleetMessage = createFleetEar({ memory: { ...fleet, ...control }, now });

  await fleet.forgetOnline();
  const broker: Broker = await startBroker({
    host: settings.PHAROS_MQTT_HOST,
    port: settings.PHAROS_MQTT_PORT,
    ...(tls && { tls }),
    login: fleet.login,
    onRefused: (what, node) => log.warn({ node }, `refused: ${what}`),
    async onMessage(nodeId, topicStore, channel, payload) {
      if (channel !== 'events') {
        if (!(await takeFleetMessage(nodeId, channel, payload)))
          log.warn({ node: nodeId, channel }, 'message not understood');
        else if (isBirth(channel, payload)) await control.connected(nodeId, topicStore);
        return;
      }
      const taken = await takeBatch(nodeId, payload);
      if (!taken.ok) {
        log.warn({ node: nodeId, code: taken.reject.code }, 'batch refused');
        return;
      }
      if (taken.value.deliveries > 0) sender.poke();
      await broker.publish(topicStore, nodeId, 'ack', JSON.stringify(taken.value.ack));
    },
  });
  const mqttUrl =
    settings.PHAROS_MQTT_PUBLIC_URL ?? defaultPublicUrl(settings.PHAROS_MQTT_HOST, broker.port, tls !== undefined);

  const http: HttpServer = await startHttp({
    host: settings.PHAROS_HTTP_HOST,
    port: settings.PHAROS_HTTP_PORT,
    adminToken,
    webhook: timed(
      metrics.webhook,
      createWebhook({
        ledger,
        mint: systemMint,
        channelSecrets: delivery.channelSecrets,
        now,
        onStored: () => worker.poke(),
      }),
    ),
    admin: composeAdmin({
      ...{ settings, store, fleet, control, formLink, now, log },
      broker: { drop: broker.drop, address: { url: mqttUrl, ca: tls?.ca } },
    }),
    forms: composeForms({ settings, store, linkKey, now, log }),
    ready: createReadiness({
      proveWritable: () => proveWritable(store),
      brokerListens: () => broker.state().listens,
      senderIdleMs: delivery.idleMs,
      tokenTrouble: delivery.tokenTrouble,
    }),
    metrics: metrics.read,
    onError: (error) => log.error({ err: error }, 'request failed'),
  });

  const stopWatchingSilence = watchSilence({
    memory: alerts,
    onFault: (error) => log.error({ err: error }, 'silent nodes cannot be looked for'),
  });
  worker.poke();
  sender.poke();
  clock.start();
  log.info({ http: http.url, mqtt: mqttUrl }, 'ready');

  return {
    httpUrl: http.url,
    mqttUrl,
    adminToken,
    /** Takes no more in, finishes what is in hand, closes. */
    async stop() {
      await http.stop();
      await broker.stop();
      await clock.stop();
      await worker.stop();
      await stopWatchingSilence();
      await delivery.stop();
      await db.destroy();
      letGo();
    },
  };
}

/** The same use case, which tells how long each call of it took. */
const timed =
  (tell: (status: number, ms: number) => void, take: WebhookTaker): WebhookTaker =>
  async (body, signature) => {
    const started = performance.now();
    const answer = await take(body, signature);
    tell(answer.status, performance.now() - started);
    return answer;
  };
