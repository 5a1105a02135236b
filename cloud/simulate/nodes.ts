import mqtt, { type MqttClient } from 'mqtt';
import { parseHex } from '../../protocol/bytes.ts';
import { signDm, slotAt } from '../../protocol/device-message.ts';
import { StoreId } from '../../protocol/ids.ts';
import { NodeBundle } from '../../protocol/messages/bundle.ts';
import { EventAck } from '../../protocol/messages/events.ts';
import { topicOf } from '../../protocol/topics.ts';
import type { EpochMs } from '../../protocol/units.ts';
import type { Street } from './street.ts';
import type { World } from './world.ts';

/** What one node of the simulated street says on the air, and what it tells the service. */
export interface Door {
  readonly hwid: string;
  /** The signed device message of this moment. */
  dm(at: EpochMs): string;
  /** Sends what it sensed; resolves with the service's answer to it. */
  tell(events: readonly Sensed[]): Promise<EventAck>;
  close(): Promise<void>;
}

export interface Sensed {
  readonly type: 'enter' | 'dwell' | 'exit';
  readonly subject: { readonly kind: 'ibeacon'; readonly uuid: string; readonly major: number; readonly minor: number };
  /** How long ago, ms; absent: just now. */
  readonly agoMs?: number;
  readonly presentMs?: number;
}

const ACK_WITHIN_MS = 20_000;
const BOOT = 'b0b0b0b0';
const MONO_MS = 100 * 3_600_000;

/** With the secrets a real node would get, over the broker a real node would use. */
export async function openDoor(
  world: World,
  { node, store }: Pick<Street['doors'][number], 'node' | 'store'>,
  epoch: string,
): Promise<Door> {
  const bundle = NodeBundle.parse((await world.admin('POST', `/nodes/${node}/bundle`, {})).body);
  const key = parseHex(bundle.dmKey) ?? new Uint8Array();
  const { hwid, nodeIndex, slotSeconds } = bundle;
  let client: Promise<MqttClient> | undefined;
  let answered: ((ack: EventAck) => void) | undefined;
  let seq = 0;
  const topic = (channel: 'events' | 'ack') => topicOf(StoreId.parse(store), bundle.nodeId, channel);

  const connect = async (): Promise<MqttClient> => {
    const { username, password } = bundle.mqtt;
    const made = await mqtt.connectAsync(world.mqttUrl, { username, password, clientId: node, reconnectPeriod: 0 });
    made.on('message', (_topic, payload) => answered?.(EventAck.parse(JSON.parse(payload.toString()))));
    await made.subscribeAsync(topic('ack'), { qos: 1 });
    return made;
  };

  return {
    hwid,
    dm: (at) => signDm({ key, hwid, nodeIndex, slot: slotAt(at, slotSeconds) }),
    async tell(events) {
      client ??= connect();
      const line = await client;
      const now = world.now();
      const rows = events.map(({ type, subject, agoMs = 0, presentMs }) => ({
        ...{ seq: ++seq, type, subject, at: now - agoMs, monoMs: MONO_MS - agoMs, boot: BOOT, clock: 'synced' },
        ...(presentMs !== undefined && { presentMs }),
        reason: 'simulated',
      }));
      const batch = { v: 1, epoch, boot: BOOT, sentMonoMs: MONO_MS, events: rows };
      const { promise, resolve, reject } = Promise.withResolvers<EventAck>();
      answered = resolve;
      const late = setTimeout(() => reject(new Error(`no answer to ${node}`)), ACK_WITHIN_MS);
      await line.publishAsync(topic('events'), JSON.stringify(batch), { qos: 1 });
      return await promise.finally(() => clearTimeout(late));
    },
    async close() {
      await (await client)?.endAsync(true);
    },
  };
}
