import { Problem } from './core/problem.ts';
import type { Readiness } from './http/ready.ts';

/** The sender looks every five seconds, and the longest call ends well before this. */
const SENDER_STUCK_MS = 30_000;
const WRITE_WITHIN_MS = 2_000;

/** Whether this process does its work: what it hears is kept, nodes can connect, what is due is sent. */
export const createReadiness =
  (deps: {
    readonly proveWritable: () => Promise<void>;
    readonly brokerListens: () => boolean;
    readonly senderIdleMs: () => number | undefined;
    readonly tokenTrouble: () => string | undefined;
  }): Readiness =>
  async () => {
    await within(WRITE_WITHIN_MS, deps.proveWritable());
    if (!deps.brokerListens()) throw new Problem('conflict', 'broker_down', 'the MQTT broker does not listen');
    const idleMs = deps.senderIdleMs();
    const stuck = idleMs !== undefined && idleMs > SENDER_STUCK_MS;
    const token = deps.tokenTrouble();
    return [
      ...(stuck ? [`nothing is sent: the sender has been stuck for ${Math.round(idleMs / 1_000)} s`] : []),
      ...(token === undefined ? [] : [token]),
    ];
  };

function within(ms: number, writing: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`the database took no write within ${ms} ms`));
    const timer = setTimeout(late, ms);
    writing.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
