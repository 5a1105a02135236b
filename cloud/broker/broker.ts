import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes, type Client } from 'aedes';
import type { NodeId, StoreId } from '../../protocol/ids.ts';
import { NodeId as NodeIdSchema } from '../../protocol/ids.ts';
import { isUplink, parseTopic, topicOf, type UplinkChannel } from '../../protocol/topics.ts';

/**
 * The embedded MQTT broker. A node logs in with its own id and password, writes only its own uplink topics and reads
 * only its own downlink topics; everything else is refused from the first day.
 */
export interface Broker {
  readonly port: number;
  publish(
    storeId: StoreId,
    nodeId: NodeId,
    channel: 'ack' | 'config/desired' | 'command',
    payload: string,
  ): Promise<void>;
  stop(): Promise<void>;
}

export interface BrokerDeps {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** The store a node belongs to, if the password is right. */
  readonly login: (nodeId: NodeId, password: string) => Promise<StoreId | undefined>;
  /**
   * Called for every message of a node before the broker acknowledges it: when this resolves, the message counts as
   * taken; when it rejects, the node gets no PUBACK and sends again.
   */
  readonly onMessage: (nodeId: NodeId, storeId: StoreId, channel: UplinkChannel, payload: Buffer) => Promise<void>;
  readonly onRefused: (what: string, nodeId: string | undefined) => void;
}

/** A node's batch stays far below this; larger packets are an attack or a mistake. */
const MOST_PACKET_BYTES = 512 * 1024;

interface Identity {
  readonly nodeId: NodeId;
  readonly storeId: StoreId;
}

export async function startBroker(deps: BrokerDeps): Promise<Broker> {
  const identities = new WeakMap<Client, Identity>();
  const refuse = (what: string, client: Client | null): Error => {
    deps.onRefused(what, client === null ? undefined : identities.get(client)?.nodeId);
    return new Error(what);
  };

  const aedes = await Aedes.createBroker({
    id: 'pharos',
    concurrency: 1000,
    preConnect: (_client, packet, done) => {
      done(null, (packet.clientId?.length ?? 0) <= 128);
    },
    authenticate: (client, username, password, done) => {
      const nodeId = NodeIdSchema.safeParse(username);
      if (!nodeId.success || password === undefined) {
        refuse('login without a node id and password', null);
        done(loginError(), false);
        return;
      }
      deps.login(nodeId.data, password.toString('utf8')).then(
        (storeId) => {
          if (storeId === undefined) {
            deps.onRefused('wrong credentials', nodeId.data);
            done(loginError(), false);
            return;
          }
          identities.set(client, { nodeId: nodeId.data, storeId });
          done(null, true);
        },
        () => done(loginError(), false),
      );
    },
    authorizePublish: (client, packet, done) => {
      if (packet.payload.length > MOST_PACKET_BYTES) {
        done(refuse(`message of ${packet.payload.length} bytes`, client));
        return;
      }
      const address = parseTopic(packet.topic);
      const identity = client === null ? undefined : identities.get(client);
      if (
        identity === undefined ||
        address === undefined ||
        address.nodeId !== identity.nodeId ||
        address.storeId !== identity.storeId ||
        !isUplink(address.channel)
      ) {
        done(refuse(`publish to ${packet.topic}`, client));
        return;
      }
      deps.onMessage(identity.nodeId, identity.storeId, address.channel, Buffer.from(packet.payload)).then(
        () => done(null),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
    authorizeSubscribe: (client, subscription, done) => {
      const identity = client === null ? undefined : identities.get(client);
      const address = parseTopic(subscription.topic);
      const own =
        identity !== undefined &&
        address !== undefined &&
        address.nodeId === identity.nodeId &&
        address.storeId === identity.storeId &&
        !isUplink(address.channel);
      if (!own) deps.onRefused(`subscribe to ${subscription.topic}`, identity?.nodeId);
      done(null, own ? subscription : null);
    },
  });

  const server: Server =
    deps.tls === undefined ? createServer(aedes.handle) : createTlsServer(deps.tls, (socket) => aedes.handle(socket));
  await new Promise<void>((resolve, fail) => {
    server.once('error', fail);
    server.listen(deps.port, deps.host, () => resolve());
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : deps.port;

  return {
    port,
    publish: (storeId, nodeId, channel, payload) =>
      new Promise((resolve, fail) => {
        aedes.publish(
          {
            cmd: 'publish',
            topic: topicOf(storeId, nodeId, channel),
            payload,
            qos: 1,
            retain: channel === 'config/desired',
            dup: false,
          },
          (error) => (error ? fail(error) : resolve()),
        );
      }),
    async stop() {
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** CONNACK 4: bad user name or password. */
const loginError = (): Error & { returnCode: 4 } =>
  Object.assign(new Error('bad user name or password'), { returnCode: 4 as const });
