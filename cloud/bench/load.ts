import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { BootId, type NodeId, newOutboxEpoch, StoreId } from '../../protocol/ids.ts';
import { topicOf } from '../../protocol/topics.ts';
import { connectPacket, packetsOf, publishPacket, subscribePacket } from './load-packets.ts';
import { nodeName, tagOf } from './world.ts';

/**
 * Nodes that send as fast as the broker takes it, in a process of its own: `load.ts <port> <nodes> <events>`. Each
 * message carries one event and has a PUBACK and an ack of its own. Tells its parent `{ ready }`, starts when told to,
 * and ends with `{ seconds, cpuMicrosPerEvent }` from the first message to the last PUBACK and ack.
 *
 * Bytes are made before the start and counted as they come back, since it shares two processors with what it measures:
 * with an MQTT client (60 µs a message, where the broker takes 40) it would be the sender that is measured.
 */
const [port = '0', nodeCount = '1', eventCount = '1'] = process.argv.slice(2);
const nodes = Number(nodeCount);
const events = Number(eventCount);

/** In flight over all connections: enough for a commit to be shared, as many as the floors had. */
const UNACKNOWLEDGED = 1_000;

const BOOT = BootId.parse('b0b0b0b0');
const STORE = StoreId.parse('bench-here');
const epoch = newOutboxEpoch();

const message = (index: number): string =>
  JSON.stringify({
    v: 1,
    epoch,
    boot: BOOT,
    sentMonoMs: 10_000,
    events: [
      {
        ...{ seq: index + 1, type: 'enter', at: Date.now(), monoMs: 9_000, boot: BOOT, clock: 'synced' },
        subject: tagOf(index),
        reason: 'rose above the threshold',
      },
    ],
  });

/** One connection and what it has to send. */
interface Door {
  readonly socket: Socket;
  readonly packets: readonly Buffer[];
}

async function openDoor(id: NodeId, index: number): Promise<Door> {
  const socket = createConnection({ host: '127.0.0.1', port: Number(port), noDelay: true });
  await once(socket, 'connect');
  socket.write(connectPacket(id, 'bench'));
  await once(socket, 'data');
  socket.write(subscribePacket(topicOf(STORE, id, 'ack')));
  await once(socket, 'data');
  const topic = topicOf(STORE, id, 'events');
  const mine = Array.from({ length: events }, (_, event) => event).filter((event) => event % nodes === index);
  return { socket, packets: mine.map((event, nth) => publishPacket(topic, (nth % 65_535) + 1, message(event))) };
}

/** Resolves when everything was acknowledged, by the broker and by the cloud. */
function sendAll({ socket, packets }: Door): Promise<void> {
  return new Promise((resolve, fail) => {
    let next = 0;
    let pubacks = 0;
    let acks = 0;
    const send = (count: number): void => {
      const batch = packets.slice(next, next + count);
      next += batch.length;
      if (batch.length > 0) socket.write(Buffer.concat(batch));
    };
    const onPackets = packetsOf((type) => {
      if (type === 'puback') pubacks += 1;
      if (type === 'publish') acks += 1;
    });
    socket.on('data', (bytes: Buffer) => {
      const before = pubacks;
      onPackets(bytes);
      send(pubacks - before);
      if (pubacks === packets.length && acks === packets.length) resolve();
    });
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the broker ended the connection')));
    send(Math.ceil(UNACKNOWLEDGED / nodes));
  });
}

const doors = await Promise.all(Array.from({ length: nodes }, (_, index) => openDoor(nodeName(index), index)));
process.send?.({ ready: true });
await once(process, 'message');
const before = process.cpuUsage();
const started = performance.now();
await Promise.all(doors.map(sendAll));
const seconds = (performance.now() - started) / 1_000;
const { user, system } = process.cpuUsage(before);
process.send?.({ seconds, cpuMicrosPerEvent: (user + system) / events });
for (const { socket } of doors) socket.destroy();
process.disconnect();
