import mqtt from 'mqtt';
import { BootId, newOutboxEpoch, StoreId } from '../../protocol/ids.ts';
import { topicOf } from '../../protocol/topics.ts';
import { nodeName, tagOf } from './world.ts';

/**
 * Nodes that send as fast as the broker takes it, in a process of its own: `load.ts <mqtt url> <nodes> <events>`. Each
 * message carries one event and has a PUBACK of its own, as in the floors this is compared with. Tells its parent
 * `{ ready }`, starts when told to, and ends with `{ seconds }` from the first message to the last PUBACK.
 */
const [url = '', nodeCount = '1', eventCount = '1'] = process.argv.slice(2);
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

async function run(): Promise<void> {
  const clients = await Promise.all(
    Array.from({ length: nodes }, (_, index) =>
      mqtt.connectAsync(url, {
        username: nodeName(index),
        password: 'bench',
        clientId: nodeName(index),
        reconnectPeriod: 0,
      }),
    ),
  );
  for (const [index, client] of clients.entries()) {
    await client.subscribeAsync(topicOf(STORE, nodeName(index), 'ack'), { qos: 0 });
  }
  process.send?.({ ready: true });
  await new Promise((resolve) => process.once('message', resolve));
  const started = performance.now();
  let next = 0;
  const sendAll = async (client: mqtt.MqttClient, node: number): Promise<void> => {
    const topic = topicOf(STORE, nodeName(node), 'events');
    while (next < events) {
      const index = next;
      next += 1;
      await client.publishAsync(topic, message(index), { qos: 1 });
    }
  };
  await Promise.all(
    clients.flatMap((client, node) =>
      Array.from({ length: Math.ceil(UNACKNOWLEDGED / nodes) }, () => sendAll(client, node)),
    ),
  );
  process.send?.({ seconds: (performance.now() - started) / 1_000 });
  for (const client of clients) client.end(true);
  process.disconnect();
}

await run();
