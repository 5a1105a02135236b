import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes, type Client } from 'aedes';
import type { NodeId } from '../../protocol/ids.ts';
import { NodeId as NodeIdSchema } from '../../protocol/ids.ts';
import { doctorClientId, isUplink, parseTopic, type TopicAddress, topicOf } from '../../protocol/topics.ts';
import { createTurns } from './turns.ts';
import { MOST_PACKET_BYTES, type NodeWire, type WireDeps, type WireState } from './wire.ts';

/**
 * The embedded MQTT broker. A node logs in with its own id, as user and as MQTT client, and its password; it writes only
 * its own uplink topics and reads only its own downlink topics. Everything else is refused from the first day.
 *
 * It acknowledges a message only when that was taken: one that was not gets no PUBACK, and its node sends it again.
 */
export interface Broker extends NodeWire {
  readonly port: number;
  state(): WireState & { readonly connections: number };
}

export interface BrokerDeps extends WireDeps {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Whether the node exists and the password is right. */
  readonly login: (nodeId: NodeId, password: string) => Promise<boolean>;
}

export async function startBroker(deps: BrokerDeps): Promise<Broker> {
  /** Who logged in on a connection. */
  const nodeOf = new WeakMap<Client, NodeId>();
  /** The connection a node logged in on last. */
  const clientOf = new Map<NodeId, Client>();
  const inHand = new Set<Promise<void>>();
  const inTurn = createTurns();
  const refuse = (what: string, client: Client | null): Error => {
    deps.onRefused(what, client === null ? undefined : nodeOf.get(client));
    return new Error(what);
  };
  /** The address of a topic if it is the client's own, else nothing. */
  const ownAddress = (client: Client | null, topic: string): TopicAddress | undefined => {
    const nodeId = client === null ? undefined : nodeOf.get(client);
    const address = parseTopic(topic);
    return nodeId !== undefined && address?.nodeId === nodeId ? address : undefined;
  };

  const aedes = await Aedes.createBroker({
    id: 'pharos',
    concurrency: 1000,
    authenticate: (client, username, password, done) => {
      const nodeId = NodeIdSchema.safeParse(username);
      if (!nodeId.success || password === undefined) {
        refuse('login without a node id and password', null);
        done(loginError(), false);
        return;
      }
      // What waits for a client waits under its client id: with another's id a node would be handed another's messages.
      const isDoctor = client.id === doctorClientId(nodeId.data);
      if (client.id !== nodeId.data && !isDoctor) {
        deps.onRefused('login under a client id that is not its node id', nodeId.data);
        done(clientIdError(), false);
        return;
      }
      deps.login(nodeId.data, password.toString('utf8')).then(
        (known) => {
          if (!known) {
            deps.onRefused('wrong credentials', nodeId.data);
            done(loginError(), false);
            return;
          }
          // A doctor asks whether the login works and nothing else: without a node it may neither write nor read.
          if (!isDoctor) {
            nodeOf.set(client, nodeId.data);
            clientOf.set(nodeId.data, client);
          }
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
      const address = ownAddress(client, packet.topic);
      if (address === undefined || !isUplink(address.channel)) {
        done(refuse(`publish to ${packet.topic}`, client));
        return;
      }
      const { nodeId, storeId, channel } = address;
      const payload = Buffer.from(packet.payload);
      const taken = inTurn(nodeId, channel, () => deps.onMessage(nodeId, storeId, channel, payload))
        .then(
          () => done(null),
          (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
        )
        .finally(() => inHand.delete(taken));
      inHand.add(taken);
    },
    authorizeSubscribe: (client, subscription, done) => {
      const address = ownAddress(client, subscription.topic);
      const own = address !== undefined && !isUplink(address.channel);
      if (!own) refuse(`subscribe to ${subscription.topic}`, client);
      done(null, own ? subscription : null);
    },
    // Once more on the way out, whatever a stored subscription or a queue says.
    authorizeForward: (client, packet) => {
      const address = ownAddress(client, packet.topic);
      return address !== undefined && !isUplink(address.channel) ? packet : null;
    },
  });
  aedes.on('clientDisconnect', (client) => {
    const nodeId = nodeOf.get(client);
    if (nodeId !== undefined && clientOf.get(nodeId) === client) clientOf.delete(nodeId);
  });

  const server: Server =
    deps.tls === undefined ? createServer(aedes.handle) : createTlsServer(deps.tls, (socket) => aedes.handle(socket));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, fail) => {
    server.once('error', fail);
    server.listen(deps.port, deps.host, () => resolve());
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : deps.port;

  return {
    port,
    state: () => ({
      connections: aedes.connectedClients,
      ...(!server.listening && { trouble: 'the MQTT broker does not listen' }),
    }),
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
    drop: (nodeId) =>
      new Promise((resolve) => {
        const client = clientOf.get(nodeId);
        if (client === undefined) resolve(true);
        else client.close(() => resolve(true));
      }),
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      // A connection that never logged in is no client of the broker's, and would keep the server open.
      for (const socket of sockets) socket.destroy();
      await closed;
      // Wills among them: their nodes have just been cut off.
      while (inHand.size > 0) await Promise.allSettled(inHand);
    },
  };
}

/** CONNACK 2: identifier rejected. */
const clientIdError = (): Error & { returnCode: 2 } =>
  Object.assign(new Error('the client id is not the node id'), { returnCode: 2 as const });

/** CONNACK 4: bad user name or password. */
const loginError = (): Error & { returnCode: 4 } =>
  Object.assign(new Error('bad user name or password'), { returnCode: 4 as const });
