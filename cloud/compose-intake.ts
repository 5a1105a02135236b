import type { Logger } from 'pino';
import type { EpochMs } from '../protocol/units.ts';
import type { Mint } from './core/ids.ts';
import type { Ledger } from './core/ports.ts';
import type { MemberLinks } from './core/working-set-message.ts';
import type { WebhookTaker } from './http/webhook.ts';
import { createClock } from './ingest/clock.ts';
import type { OnUnmade } from './ingest/dispatch.ts';
import { createNodeEar } from './ingest/node-ear.ts';
import { createWebhook } from './ingest/webhook.ts';
import { createWorker } from './ingest/worker.ts';
import { watchWork } from './work-watch.ts';

/** The ways in, from what LINE, the nodes and the clock bring to decisions and delivery rows. */
export interface Intake {
  readonly webhook: WebhookTaker;
  readonly takeBatch: ReturnType<typeof createNodeEar>;
  /** Begins with what was left behind. */
  start(): void;
  /** Does what is due by now. */
  tick(): Promise<void>;
  /** What has only failed for long, a sentence each. */
  troubles(): readonly string[];
  /** Finishes what is in hand, and begins nothing any more. */
  stop(): Promise<void>;
}

export function composeIntake({
  onDeliveries,
  channelSecrets,
  onWebhook,
  onBeat,
  log,
  ...deps
}: {
  readonly ledger: Ledger;
  readonly mint: Mint;
  readonly now: () => EpochMs;
  readonly links: MemberLinks;
  readonly channelSecrets: () => readonly string[];
  /** There is something to be sent. */
  readonly onDeliveries: () => void;
  readonly onWebhook: (status: number, ms: number) => void;
  /** Every second. */
  readonly onBeat: () => void;
  readonly log: Logger;
}): Intake {
  const works = {
    worker: watchWork({ waits: 'events wait', over: 'events are worked off again', log }),
    clock: watchWork({ waits: 'what is due by the clock waits', over: 'the clock goes on', log }),
    // The wire tells the log of all that nodes say.
    nodeEar: watchWork({ waits: 'events of nodes wait with them', over: 'events of nodes are kept again' }),
  };
  const onUnmade: OnUnmade = (event, campaign, complaint) =>
    log.warn({ event, campaign, complaint }, 'message not made');
  const worker = createWorker({
    ...{ ...deps, onDeliveries, onUnmade },
    onFailed: (event, error) => log.error({ event, err: error }, 'event set aside'),
    onFault: works.worker.failed,
    onDone: works.worker.done,
  });
  const clock = createClock({
    ...{ ...deps, onDeliveries, onUnmade },
    onFailed: (what, error) => log.error({ what, err: error }, 'passed over'),
    onFault: works.clock.failed,
    onDone: works.clock.done,
    onBeat() {
      // What a process left behind that died over it: nobody else would be told.
      worker.poke();
      onBeat();
    },
  });
  const hear = createNodeEar({
    ...{ ...deps, onUnmade },
    onFailed: (event, error) => log.error({ event, err: error }, 'row rejected'),
  });
  return {
    webhook: timed(onWebhook, createWebhook({ ...deps, channelSecrets, onStored: worker.poke })),
    async takeBatch(nodeId, payload) {
      const taken = await hear(nodeId, payload).catch((error: unknown) => {
        works.nodeEar.failed(error);
        throw error;
      });
      works.nodeEar.done();
      if (taken.ok && taken.value.deliveries > 0) onDeliveries();
      return taken;
    },
    start() {
      worker.poke();
      clock.start();
    },
    async tick() {
      await clock.tick();
      worker.poke();
    },
    troubles: () => Object.values(works).flatMap((work) => work.trouble() ?? []),
    async stop() {
      await clock.stop();
      await worker.stop();
    },
  };
}

/** The same use case, which tells how long each call of it took, those that broke included: they are answered with 500. */
const timed =
  (tell: (status: number, ms: number) => void, take: WebhookTaker): WebhookTaker =>
  async (body, signature) => {
    const started = performance.now();
    let status = 500;
    try {
      const answer = await take(body, signature);
      status = answer.status;
      return answer;
    } finally {
      tell(status, performance.now() - started);
    }
  };
