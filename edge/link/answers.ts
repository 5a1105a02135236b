import type { Packet } from 'mqtt';
import { EventAck } from '../../protocol/messages/events.ts';
import { explainMessage } from '../../protocol/messages/explain.ts';

const ACK_KEYS = Object.keys(EventAck.shape);

/** SUBACK answers each topic in its place; 128 and more is a refusal. Those refused, or all when it does not say. */
export function refusedTopics(asked: readonly string[], answer: Packet | undefined): readonly string[] {
  const granted: readonly unknown[] = answer?.cmd === 'suback' ? answer.granted : [];
  const refused = asked.filter((_topic, index) => Number(granted[index] ?? 0) >= 128);
  return refused.length === 0 ? asked : refused;
}

/** The ack in a message, or an error that says in its message what is wrong with it. */
export function parseAck(payload: Buffer): EventAck | Error {
  let json: unknown;
  try {
    json = JSON.parse(payload.toString('utf8'));
  } catch {
    return new Error('not JSON');
  }
  const ack = EventAck.safeParse(json);
  // In one line and bounded: it is for the log, and a message of nonsense has a fault a byte.
  return ack.success ? ack.data : new Error(explainMessage(ack.error, () => ACK_KEYS));
}
