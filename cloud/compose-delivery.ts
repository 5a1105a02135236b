import type { Logger } from 'pino';
import type { EpochMs } from '../protocol/units.ts';
import { fixedToken } from './deliver/access-token.ts';
import { limitFetch } from './deliver/fetch-deadline.ts';
import { createLineClient, type LineClient } from './deliver/line-client.ts';
import { createLineTransport } from './deliver/line-transport.ts';
import { watchQuota } from './deliver/quota-watch.ts';
import { createSender, type Sender } from './deliver/sender.ts';
import { statelessTokens } from './deliver/stateless-token.ts';
import { liveSecret, severalOf } from './live-secret.ts';
import type { Metrics } from './metrics.ts';
import { type Settings, secretFileOf } from './settings.ts';
import type { StoreContext } from './store/context.ts';
import { lineQuotaRows } from './store/line-quota.ts';
import { senderQueue } from './store/sender-queue.ts';
import { unheldQueue } from './store/unheld-queue.ts';

/** A call to LINE that takes longer is in doubt; LINE itself answers in well under a second. */
const LINE_TIMEOUT_MS = 5_000;

/** The way out: delivery rows to LINE, with the secrets, tokens and the month's quota that takes. */
export interface Delivery {
  readonly sender: Sender;
  /** Time since the sender's last turn, ms; before the first, since it was made. */
  idleMs(): number;
  /** What is wrong with the access token, as a sentence. */
  tokenTrouble(): string | undefined;
  /** Channel secrets as they stand now; during a rotation several are right. */
  channelSecrets(): string[];
  /** What LINE thinks of messages, without sending them. */
  readonly validate: LineClient['validate'];
  stop(): Promise<void>;
}

export function composeDelivery({
  settings,
  store,
  metrics,
  now,
  log,
}: {
  readonly settings: Settings;
  readonly store: StoreContext;
  readonly metrics: Metrics;
  readonly now: () => EpochMs;
  readonly log: Logger;
}): Delivery {
  const unlimitFetch = limitFetch(settings.PHAROS_LINE_API_BASE, LINE_TIMEOUT_MS);
  const transport = createLineTransport(settings.PHAROS_LINE_API_BASE);
  const secretOf = (name: 'PHAROS_LINE_CHANNEL_SECRET' | 'PHAROS_LINE_CHANNEL_ACCESS_TOKEN') =>
    liveSecret(settings[name], secretFileOf(name, process.env));
  const channelSecret = secretOf('PHAROS_LINE_CHANNEL_SECRET');
  const channelSecrets = (): string[] => severalOf(channelSecret());
  const { PHAROS_LINE_CHANNEL_ID: channelId } = settings;
  const accessToken = secretOf('PHAROS_LINE_CHANNEL_ACCESS_TOKEN');
  const tokens =
    channelId === undefined ? fixedToken(accessToken) : statelessTokens({ transport, channelId, channelSecrets, now });
  const line = createLineClient({ transport, tokens });
  const quota = watchQuota({
    ask: () => line.quota(),
    memory: lineQuotaRows(store),
    now,
    onUnknown: (detail) => log.warn({ detail }, 'LINE does not tell how many messages are left'),
    onFault: (error) => log.error({ err: error }, 'the messages left cannot be kept'),
  });
  let told: string | undefined;
  const tellOfTokens = (): void => {
    const trouble = tokens.trouble();
    if (trouble !== told && trouble !== undefined) log.error(trouble);
    else if (trouble !== told) log.info('LINE accepts the access token again');
    told = trouble;
  };
  const sender = createSender({
    queue: unheldQueue(senderQueue(store, settings.PHAROS_LINE_PRICE), (delivery, error) =>
      log.error({ delivery, err: error }, 'the database does not take how a delivery ended; its detail is left out'),
    ),
    line,
    now,
    random: Math.random,
    quotaUsedUp: () => quota.usedUp(),
    onCalled(deliveries, call) {
      metrics.called(deliveries, call);
      tellOfTokens();
    },
    onSettled(settled, outcome, isWritten) {
      if (isWritten) metrics.settled(settled);
      const { delivery, step } = settled;
      const facts = { delivery: delivery.id, route: delivery.route, outcome: outcome?.at ?? 'not called' };
      if (!isWritten) log.warn(facts, 'delivery taken over by another sender, or written already');
      else if (step.to === 'accepted') log.debug(facts, 'delivery accepted');
      else log.info(facts, `delivery ${step.to}`);
    },
    onFault: (error) => log.error({ err: error }, 'sender'),
  });
  return {
    sender,
    idleMs: () => now() - sender.lastTurnAt(),
    tokenTrouble: tokens.trouble,
    channelSecrets,
    validate: line.validate,
    async stop() {
      await sender.stop();
      // What is still under way are questions, whose answers nobody waits for.
      await Promise.all([quota.stop(), transport.end()]);
      unlimitFetch();
    },
  };
}
