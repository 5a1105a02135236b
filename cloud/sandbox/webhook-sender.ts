import type { JudgeLog } from './judge-log.ts';
import { roll } from './platform/api.ts';
import { classifyFailure, type DeliveryOutcome, redeliverAfterMs } from './platform/delivery-outcome.ts';
import { strike } from './platform/faults.ts';
import type { Moment, PlatformState } from './platform/state.ts';
import { openReplyToken, signatureOf, type WebhookEvent, webhookBody } from './platform/webhook.ts';

/** The side of LINE that calls the bot. */
export interface WebhookSender {
  /** Delivers an event, and again as redelivery is set; returns at once. */
  send(event: WebhookEvent): void;
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

export function createWebhookSender({ state, log, moment }: Needs): WebhookSender {
  const closing = new AbortController();
  const timers = new Set<NodeJS.Timeout>();

  function later(ms: number, task: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      task();
    }, ms);
    timers.add(timer);
  }

  async function post(url: string, body: string, signature: string | undefined): Promise<DeliveryOutcome> {
    const timeout = AbortSignal.timeout(state.settings.webhookTimeoutMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: AbortSignal.any([timeout, closing.signal]),
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'LineBotWebhook/2.0',
          ...(signature === undefined ? {} : { 'x-line-signature': signature }),
        },
      });
      await response.arrayBuffer();
      return { outcome: response.ok ? 'success' : 'error_status_code', status: response.status };
    } catch (error) {
      return classifyFailure(timeout.aborted ? timeout.reason : error);
    }
  }

  function note(event: WebhookEvent, attempt: number, tookMs: number, result: DeliveryOutcome | Unsent): void {
    const { type, userId, webhookEventId } = event;
    log.add(
      { kind: 'webhook', type, userId, webhookEventId, attempt, isRedelivery: attempt > 1, result, tookMs },
      moment().nowMs,
    );
  }

  async function deliver(event: WebhookEvent, url: string, attempt: number): Promise<DeliveryOutcome> {
    const body = webhookBody(state, [event], attempt > 1);
    openReplyToken(state, event, moment().nowMs);
    const startedMs = performance.now();
    const result = await post(url, body, signatureOf(state.channel.secret, body));
    if (!closing.signal.aborted) note(event, attempt, Math.round(performance.now() - startedMs), result);
    return result;
  }

  async function attemptDelivery(event: WebhookEvent, attempt: number): Promise<void> {
    const { webhookUrl, webhookActive } = state.settings;
    if (webhookUrl === undefined || !webhookActive) {
      return note(event, attempt, 0, { outcome: 'not_sent', detail: 'no webhook address is set, or it is off' });
    }
    const fault = strikeWebhook(state, moment());
    if (fault === 'lose') return note(event, attempt, 0, { outcome: 'lost', detail: 'planted fault' });
    if (fault === 'duplicate') void deliver(event, webhookUrl, attempt);
    const result = await deliver(event, webhookUrl, attempt);
    if (closing.signal.aborted) return;
    const waitMs = redeliverAfterMs(result, attempt, state.settings.redelivery);
    if (waitMs !== undefined) later(waitMs, () => void attemptDelivery(event, attempt + 1));
  }

  return {
    send: (event) => void attemptDelivery(event, 1),
    post,
    close: () => {
      closing.abort();
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

interface Unsent {
  readonly outcome: 'not_sent' | 'lost';
  readonly detail: string;
}

function strikeWebhook(state: PlatformState, { entropy }: Moment): 'duplicate' | 'lose' | undefined {
  if (state.faults.webhook.length === 0) return undefined;
  const { struck, left } = strike(state.faults.webhook, () => true, roll(entropy));
  state.faults = { ...state.faults, webhook: left };
  return struck?.kind;
}
