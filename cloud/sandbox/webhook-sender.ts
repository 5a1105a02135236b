import type { JudgeLog } from './judge-log.ts';
import { type DeliveryOutcome, redeliverAfterMs } from './platform/delivery-outcome.ts';
import type { WebhookEvent } from './platform/event.ts';
import type { WebhookFault } from './platform/faults.ts';
import { awayAt, strikeWebhook } from './platform/misfortune.ts';
import type { Moment, PlatformState } from './platform/state.ts';
import { type BodyTwist, openReplyToken, signatureOf, webhookBody } from './platform/webhook.ts';
import { postWebhook } from './webhook-post.ts';

/** The side of LINE that calls the bot. */
export interface WebhookSender {
  /** Delivers an event, and again as redelivery is set; returns at once. */
  send(event: WebhookEvent): void;
  /** LINE may be back: what was held while it was away leaves now. */
  resume(): void;
  /** Posts any body once; without a signature there is no header. */
  post(url: string, body: string, signature: string | undefined): Promise<DeliveryOutcome>;
  /** Gives up everything under way. */
  close(): void;
}

interface Needs {
  readonly state: PlatformState;
  readonly log: JudgeLog;
  readonly moment: () => Moment;
}

/** One POST: its events, and how often it has been tried. */
interface Delivery {
  readonly events: readonly WebhookEvent[];
  /** 1 is the first. */
  readonly attempt: number;
  /** What a planted fault made of its body; a redelivery says the same again. */
  readonly twist?: BodyTwist;
  readonly copy?: true;
}

const DELAY_MS = 5_000;
/** Nothing is held for ever: where no second delivery comes, the first one leaves after this. */
const HOLD_MS = 10_000;
const WAITING_LIMIT = 100_000;
const TWISTS: ReadonlySet<string> = new Set<BodyTwist>([
  'standby',
  'no_source',
  'unknown_fields',
  'unknown_values',
  'unknown_event',
]);
const UNREACHABLE: DeliveryOutcome = { outcome: 'could_not_connect', detail: 'planted fault' };
const UNHEARD: DeliveryOutcome = { outcome: 'request_timeout', detail: 'planted fault' };

export function createWebhookSender({ state, log, moment }: Needs): WebhookSender {
  const closing = new AbortController();
  const timers = new Set<NodeJS.Timeout>();
  /** Events on their way into one body. */
  let batch: WebhookEvent[] = [];
  let batchTimer: NodeJS.Timeout | undefined;
  /** Waiting for LINE to be back, and for another delivery to go first. */
  let waiting: Delivery[] = [];
  let held: Delivery[] = [];

  function later(ms: number, task: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      timers.delete(timer);
      task();
    }, ms);
    timers.add(timer);
    return timer;
  }

  const post = (url: string, body: string, signature: string | undefined): Promise<DeliveryOutcome> =>
    postWebhook(url, body, signature, { timeoutMs: state.settings.webhookTimeoutMs, closing: closing.signal });

  function note(
    { events, attempt, copy }: Delivery,
    tookMs: number,
    result: DeliveryOutcome | Unsent,
    fault?: string,
  ): void {
    const { nowMs } = moment();
    const more = {
      ...(copy === undefined ? {} : { copy }),
      ...(fault === undefined ? {} : { fault }),
      ...(events.length > 1 ? { together: events.length } : {}),
    };
    const how = { attempt, isRedelivery: attempt > 1, result, tookMs, ...more };
    for (const { type, userId, chatId, webhookEventId } of events) {
      const where = chatId === undefined ? {} : { chatId };
      log.add({ kind: 'webhook', type, userId, ...where, webhookEventId, ...how }, nowMs);
    }
  }

  async function deliver(delivery: Delivery, url: string, fault: WebhookFault['kind'] | undefined) {
    const { events, attempt, twist } = delivery;
    const body = webhookBody(state, events, attempt > 1, twist);
    const { nowMs } = moment();
    if (twist !== 'standby') for (const event of events) openReplyToken(state, event, nowMs);
    const startedMs = performance.now();
    const { secret } = state.channel;
    const signature = signatureOf(fault === 'wrong_signature' ? `${secret}, but wrong` : secret, body);
    const told = await post(url, body, signature);
    const result = fault === 'answer_lost' ? UNHEARD : told;
    if (!closing.signal.aborted) note(delivery, Math.round(performance.now() - startedMs), result, fault);
    return result;
  }

  async function attemptDelivery(given: Delivery): Promise<void> {
    const { webhookUrl, webhookActive } = state.settings;
    if (webhookUrl === undefined || !webhookActive) {
      return note(given, 0, { outcome: 'not_sent', detail: 'no webhook address is set, or it is off' });
    }
    const away = awayAt(state, moment().nowMs);
    if (away !== undefined) {
      if (away.webhooks === 'lost' || waiting.length >= WAITING_LIMIT) {
        return note(given, 0, { outcome: 'lost', detail: 'LINE is away' }, 'away');
      }
      waiting.push(given);
      if (waiting.length === 1 && Number.isFinite(away.leftMs)) later(away.leftMs + 1, resume);
      return;
    }
    const fault = strikeWebhook(state, moment());
    const { twist = isTwist(fault?.kind) ? fault.kind : undefined } = given;
    const delivery: Delivery = twist === undefined ? given : { ...given, twist };
    switch (fault?.kind) {
      case 'lose':
        return note(delivery, 0, { outcome: 'lost', detail: 'planted fault' }, 'lose');
      case 'unreachable':
        note(delivery, 0, UNREACHABLE, 'unreachable');
        return again(delivery, UNREACHABLE);
      case 'delay':
        return void later(fault.delayMs ?? DELAY_MS, () => void leave(delivery, webhookUrl, 'delay'));
      case 'hold':
        held.push(delivery);
        return void later(HOLD_MS, release);
      case 'duplicate':
        void deliver({ ...delivery, copy: true }, webhookUrl, 'duplicate');
        break;
      case 'empty': {
        const body = webhookBody(state, [], false);
        await post(webhookUrl, body, signatureOf(state.channel.secret, body));
      }
    }
    await leave(delivery, webhookUrl, fault?.kind);
    release();
  }

  async function leave(delivery: Delivery, url: string, fault: WebhookFault['kind'] | undefined): Promise<void> {
    const result = await deliver(delivery, url, fault);
    if (!closing.signal.aborted) again(delivery, result);
  }

  function again(delivery: Delivery, result: DeliveryOutcome): void {
    const waitMs = redeliverAfterMs(result, delivery.attempt, state.settings.redelivery);
    if (waitMs === undefined) return;
    later(waitMs, () => void attemptDelivery({ ...delivery, attempt: delivery.attempt + 1 }));
  }

  /** What was held leaves behind another delivery. */
  function release(): void {
    const { webhookUrl } = state.settings;
    const now = held;
    held = [];
    if (webhookUrl !== undefined) for (const delivery of now) void leave(delivery, webhookUrl, 'hold');
  }

  function resume(): void {
    const now = waiting;
    waiting = [];
    for (const delivery of now) void attemptDelivery(delivery);
  }

  function flush(): void {
    if (batchTimer !== undefined) {
      clearTimeout(batchTimer);
      timers.delete(batchTimer);
    }
    batchTimer = undefined;
    const events = batch;
    batch = [];
    if (events.length > 0) void attemptDelivery({ events, attempt: 1 });
  }

  return {
    send: (event) => {
      const { maxEvents, withinMs } = state.settings.webhookBatch;
      batch.push(event);
      if (batch.length >= maxEvents) return flush();
      batchTimer ??= later(withinMs, flush);
    },
    resume,
    post,
    close: () => {
      closing.abort();
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

const isTwist = (kind: string | undefined): kind is BodyTwist => kind !== undefined && TWISTS.has(kind);

interface Unsent {
  readonly outcome: 'not_sent' | 'lost';
  readonly detail: string;
}
