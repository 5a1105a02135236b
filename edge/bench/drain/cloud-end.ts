import mqtt, { type MqttClient } from 'mqtt';
import { type EventAck, EventBatchEnvelope, toRanges } from '../../../protocol/messages/events.ts';
import { parseTopic, TOPIC_ROOT, topicOf } from '../../../protocol/topics.ts';

/** The cloud's end of the line and nothing behind it. */
export interface CloudEnd {
  tell(storeId: string, nodeId: string, ack: EventAck): void;
  stop(): Promise<void>;
}

/** `onBatch` answers with acks of its own making, or with `ack`: all of it. */
export async function startCloudEnd(
  url: string,
  onBatch: (batch: EventBatchEnvelope) => 'ack' | readonly Omit<EventAck, 'v'>[],
): Promise<CloudEnd> {
  const client: MqttClient = await mqtt.connectAsync(url, {
    clientId: 'recording-cloud',
    username: 'cloud',
    password: 'the-password-of-the-cloud',
    clean: false,
    reconnectPeriod: 50,
    queueQoSZero: false,
  });
  const say = (topic: string, ack: Omit<EventAck, 'v'>): void => {
    client.publish(topic, JSON.stringify({ v: 1, ...ack }), { qos: 1 });
  };
  client.on('message', (heard, payload) => {
    const address = parseTopic(heard);
    if (address?.channel !== 'events') return;
    const batch = EventBatchEnvelope.parse(JSON.parse(payload.toString()));
    const answer = onBatch(batch);
    const topic = topicOf(address.storeId, address.nodeId, 'ack');
    for (const ack of answer === 'ack' ? [ackOf(batch)] : answer) say(topic, ack);
  });
  await client.subscribeAsync(`${TOPIC_ROOT}/+/+/events`, { qos: 1 });
  return {
    tell: (storeId, nodeId, { v: _, ...ack }) => say(`${TOPIC_ROOT}/${storeId}/${nodeId}/ack`, ack),
    stop: () => client.endAsync(true).catch(() => undefined),
  };
}

/** Everything in it is done. */
export const ackOf = ({ epoch, events }: EventBatchEnvelope): Omit<EventAck, 'v'> => ({
  epoch,
  done: toRanges(events.map(({ seq }) => seq)),
  rejected: [],
});
