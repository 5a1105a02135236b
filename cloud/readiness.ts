import { Problem } from './core/problem.ts';
import type { Readiness } from './http/ready.ts';
import { within } from './within.ts';

/** The sender looks every five seconds, and the longest call ends well before this. */
const SENDER_STUCK_MS = 30_000;
const WRITE_WITHIN_MS = 2_000;

const slow = () => new Problem('conflict', 'database_slow', `the database took no write within ${WRITE_WITHIN_MS} ms`);

/** Whether this process does its work: what it hears is kept, nodes can connect, what is due is sent. */
export const createReadiness =
  (deps: {
    readonly proveWritable: () => Promise<void>;
    /** What a newer version has done to the database, by name. */
    readonly newerMigrations: () => Promise<readonly string[]>;
    /** What is wrong between nodes and us. */
    readonly wire: () => string | undefined;
    /** Without a broker of our own we still take webhooks in, and whoever took us out of service would lose them. */
    readonly ownBroker: boolean;
    readonly senderIdleMs: () => number;
    /** Work that has only failed for long, each as a sentence: the database takes our writes and cannot do that. */
    readonly waits: () => readonly string[];
    readonly tokenTrouble: () => string | undefined;
    /** What the database said, which names files, addresses and tables: for the log. */
    readonly onFault: (error: unknown) => void;
  }): Readiness =>
  async () => {
    const looking = deps.proveWritable().then(deps.newerMigrations);
    const newer = await within(WRITE_WITHIN_MS, looking, slow).catch((error: unknown) => {
      if (error instanceof Problem) throw error;
      deps.onFault(error);
      throw new Problem('conflict', 'database_down', 'the database takes no write; the log says why');
    });
    const wire = deps.wire();
    if (wire !== undefined && deps.ownBroker) throw new Problem('conflict', 'broker_down', wire);
    const waits = deps.waits();
    if (waits.length > 0) throw new Problem('conflict', 'work_waits', waits.join('; '));
    const idleMs = deps.senderIdleMs();
    const stuck = idleMs > SENDER_STUCK_MS;
    const token = deps.tokenTrouble();
    return [
      ...(newer.length === 0
        ? []
        : [`a newer version has changed the database (${newer.join(', ')}): stop this process`]),
      ...(wire === undefined ? [] : [wire]),
      ...(stuck ? [`nothing is sent: the sender has been stuck for ${Math.round(idleMs / 1_000)} s`] : []),
      ...(token === undefined ? [] : [token]),
    ];
  };
