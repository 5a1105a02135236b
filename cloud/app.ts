import { readFileSync } from 'node:fs';
import { type Logger, pino } from 'pino';
import { NodeBundle } from '../protocol/messages/bundle.ts';
import { type EpochMs, epochMs } from '../protocol/units.ts';
import { type Broker, startBroker } from './broker/broker.ts';
import { Problem } from './core/problem.ts';
import { openDataDir } from './data-dir.ts';
import { limitFetch } from './deliver/fetch-deadline.ts';
import { createLineClient } from './deliver/line-client.ts';
import { createSender } from './deliver/sender.ts';
import { createFleetEar } from './fleet/uplink-messages.ts';
import { startHttp } from './http/server.ts';
import { createNodeEar } from './ingest/node-ear.ts';
import { createWebhook } from './ingest/webhook.ts';
import { createWorker } from './ingest/worker.ts';
import type { Settings } from './settings.ts';
import { applyManifests } from './store/apply.ts';
import type { StoreContext } from './store/context.ts';
import { migrate, openSqlite } from './store/database.ts';
import { explain } from './store/explain.ts';
import { fleetRows, type NodeCredentials } from './store/fleet.ts';
import { createLedger } from './store/ledger.ts';
import { memberAdmin } from './store/member-admin.ts';
import { systemMint } from './store/mint.ts';
import { readings } from './store/reading.ts';
import { senderQueue } from './store/sender-queue.ts';
import { createVault } from './store/vault.ts';

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

/** A call to LINE that takes longer is in doubt; LINE itself answers in well under a second. */
const LINE_TIMEOUT_MS = 5_000;

/** Rejects, mostly with a {@link Problem}, when it cannot listen or read what the settings name. */
export async function startCloud(
  settings: Settings,
  log: Logger = logger(settings),
  now: () => EpochMs = () => epochMs(Date.now()),
): Promise<Cloud> {
  const { databasePath, adminToken, vaultKey } = openDataDir(settings.PHAROS_DATA_DIR, settings.PHAROS_ADMIN_TOKEN);
  const tls = readTls(settings);

  const db = openSqlite(databasePath);
  const migrations = await migrate(db);
  if (migrations.length > 0) log.info({ migrations }, 'database migrated');

  const store: StoreContext = { db, vault: createVault(vaultKey), mint: systemMint };
  const ledger = createLedger(store);
  const fleet = fleetRows(store);
  const members = memberAdmin(store);
  const read = readings(store);

  const unlimitFetch = limitFetch(settings.PHAROS_LINE_API_BASE, LINE_TIMEOUT_MS);
  const sender = createSender({
    queue: senderQueue(store),
    line: createLineClient({
      apiBase: settings.PHAROS_LINE_API_BASE,
      accessToken: settings.PHAROS_LINE_CHANNEL_ACCESS_TOKEN,
    }),
    now,
    random: Math.random,
    onSettled: (delivery, step, outcome) =>
      log.info(
        { delivery: delivery.id, route: delivery.route, outcome: outcome?.at ?? 'too late' },
        `delivery ${step}`,
      ),
    onFault: (error) => log.error({ err: error }, 'sender'),
  });
  const worker = createWorker({
    ledger,
    mint: systemMint,
    now,
    onDeliveries: () => sender.poke(),
    onFailed: (event, error) => log.error({ event, err: error }, 'event set aside'),
  });
  const takeBatch = createNodeEar({ ledger, mint: systemMint, now });
  const takeFleetMessage = createFleetEar({ memory: fleet, now });

  const broker: Broker = await startBroker({
    host: settings.PHAROS_MQTT_HOST,
    port: settings.PHAROS_MQTT_PORT,
    ...(tls && { tls }),
    login: fleet.login,
    onRefused: (what, node) => log.warn({ node }, `refused: ${what}`),
    async onMessage(nodeId, storeId, channel, payload) {
      if (channel !== 'events') {
        if (!(await takeFleetMessage(nodeId, channel, payload)))
          log.warn({ node: nodeId, channel }, 'message not understood');
        return;
      }
      const taken = await takeBatch(nodeId, payload);
      if (!taken.ok) {
        log.warn({ node: nodeId, code: taken.reject.code }, 'batch refused');
        return;
      }
      if (taken.value.deliveries > 0) sender.poke();
      await broker.publish(storeId, nodeId, 'ack', JSON.stringify(taken.value.ack));
    },
  });
  const mqttUrl = `${tls ? 'mqtts' : 'mqtt'}://${hostForUrl(settings.PHAROS_MQTT_HOST)}:${broker.port}`;

  const http = await startHttp({
    host: settings.PHAROS_HTTP_HOST,
    port: settings.PHAROS_HTTP_PORT,
    adminToken,
    webhook: createWebhook({
      ledger,
      mint: systemMint,
      channelSecret: () => settings.PHAROS_LINE_CHANNEL_SECRET,
      now,
      onStored: () => worker.poke(),
    }),
    admin: {
      apply: (manifests) => applyManifests(store, manifests, now()),
      explain: (asked) => explain(store, asked),
      listNodes: () => fleet.list(),
      async makeBundle(nodeId, rotate) {
        const made = await fleet.makeCredentials(nodeId, rotate);
        return bundleOf(nodeId, made, settings.PHAROS_MQTT_PUBLIC_URL ?? mqttUrl, readCa(settings));
      },
      listMembers: (limit) => members.list(limit),
      memberByLineUser: (userId) => members.byLineUser(userId),
      linkTag: (memberId, tag, wording) => members.linkTag(memberId, tag, wording, now()),
      coupon: (id) => read.coupon(id),
      listEvents: (query) => read.events(query),
    },
    async ready() {
      await db.selectFrom('store').select('id').limit(1).execute();
    },
    onError: (error) => log.error({ err: error }, 'request failed'),
  });

  worker.poke();
  sender.poke();
  log.info({ http: http.url, mqtt: mqttUrl }, 'ready');

  return {
    httpUrl: http.url,
    mqttUrl,
    adminToken,
    /** Takes no more in, finishes what is in hand, closes. */
    async stop() {
      await http.stop();
      await broker.stop();
      await worker.stop();
      await sender.stop();
      unlimitFetch();
      await db.destroy();
    },
  };
}

const logger = (settings: Settings): Logger =>
  pino({ level: settings.PHAROS_LOG_LEVEL, base: null }, pino.destination({ fd: 2, sync: true }));

const hostForUrl = (host: string): string =>
  host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host;

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** Nodes log in with passwords: beyond this machine they never travel in the clear. */
function readTls(settings: Settings): { key: string; cert: string } | undefined {
  const { PHAROS_MQTT_TLS_CERT: cert, PHAROS_MQTT_TLS_KEY: key, PHAROS_MQTT_HOST: host } = settings;
  if (cert !== undefined && key !== undefined) {
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  }
  if (LOOPBACK.test(host)) return undefined;
  throw new Problem('invalid', 'tls_needed', `the broker would listen on ${host} without TLS`, {
    where: 'PHAROS_MQTT_HOST',
    remedy: 'set PHAROS_MQTT_TLS_CERT and PHAROS_MQTT_TLS_KEY, or listen on 127.0.0.1',
  });
}

const readCa = ({ PHAROS_MQTT_TLS_CA: ca }: Settings): string | undefined =>
  ca === undefined ? undefined : readFileSync(ca, 'utf8');

function bundleOf(
  nodeId: string,
  made: NodeCredentials | 'unknown_node' | 'has_credentials',
  url: string,
  ca: string | undefined,
): NodeBundle {
  if (made === 'unknown_node') {
    throw new Problem('not_found', 'unknown_node', `no node "${nodeId}"`, { remedy: 'apply its Node file first' });
  }
  if (made === 'has_credentials') {
    throw new Problem('conflict', 'has_credentials', `node "${nodeId}" already has a bundle`, {
      remedy: 'new credentials stop the present ones from working: say so with --rotate',
    });
  }
  const { node, spec, dmKeyHex, mqttPassword } = made;
  return NodeBundle.parse({
    v: 1,
    nodeId: node.id,
    storeId: node.storeId,
    zone: node.zone,
    hwid: spec.hwid,
    nodeIndex: node.index,
    dmKey: dmKeyHex,
    slotSeconds: spec.slotSeconds,
    ibeacon: spec.ibeacon,
    tagNamespaces: spec.tagNamespaces,
    mqtt: { url, username: node.id, password: mqttPassword, ...(ca !== undefined && { ca }) },
  });
}
