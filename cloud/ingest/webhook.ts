import { createHash } from 'node:crypto';
import { validateSignature } from '@line/bot-sdk';
import type { EpochMs } from '../../protocol/units.ts';
import { REDELIVERED_AT_MOST_MS } from '../core/decide/route.ts';
import type { EventId, Mint } from '../core/ids.ts';
import type { Ledger, NewEvent } from '../core/ports.ts';
import { EventHeader, WebhookBody } from './line-event.ts';

export type WebhookAnswer =
  | { readonly status: 200; readonly stored: number; readonly duplicates: number }
  | { readonly status: 400 | 401; readonly code: 'bad_signature' | 'bad_json' | 'bad_shape'; readonly message: string };

/**
 * Takes one webhook call: checks the signature over the bytes as they came, stores every new event durably, and only
 * then answers. The work itself starts afterwards, from the stored rows.
 */
export const createWebhook =
  (deps: {
    readonly ledger: Ledger;
    readonly mint: Mint;
    readonly channelSecret: () => string;
    readonly now: () => EpochMs;
    /** Told after the commit that there is work. */
    readonly onStored: () => void;
  }) =>
  async (body: Buffer, signature: string | undefined): Promise<WebhookAnswer> => {
    if (signature === undefined || !validateSignature(body, deps.channelSecret(), signature)) {
      return { status: 401, code: 'bad_signature', message: 'x-line-signature is missing or does not match the body' };
    }
    let json: unknown;
    try {
      json = JSON.parse(body.toString('utf8'));
    } catch {
      return { status: 400, code: 'bad_json', message: 'the body is not JSON' };
    }
    const parsed = WebhookBody.safeParse(json);
    if (!parsed.success) return { status: 400, code: 'bad_shape', message: 'the body is not a LINE webhook' };

    const { destination, events } = parsed.data;
    if (events.length === 0) return { status: 200, stored: 0, duplicates: 0 };
    const receivedAt = deps.now();
    const added = await deps.ledger.transaction(async (tx) => {
      const results: boolean[] = [];
      for (const event of events) {
        const { type, webhookEventId, timestamp, deliveryContext } = EventHeader.catch({ type: 'unknown' }).parse(
          event,
        );
        const ageMs = timestamp === undefined ? undefined : Math.max(0, receivedAt - timestamp);
        const heard: NewEvent = {
          id: deps.mint.id('event') as EventId,
          ear: 'line',
          sourceId: webhookEventId ?? contentId(event),
          type,
          at: timestamp ?? receivedAt,
          receivedAt,
          ...(ageMs !== undefined && { ageMs }),
          body: { destination, event },
        };
        // LINE never heard our answer to the first call, perhaps because we died over it. This one brings a live token.
        const mayRenew = deliveryContext?.isRedelivery === true && (ageMs ?? Infinity) <= REDELIVERED_AT_MOST_MS;
        results.push((await tx.events.add(heard)) || (mayRenew && (await tx.events.renew(heard))));
      }
      return results;
    });
    const stored = added.filter(Boolean).length;
    if (stored > 0) deps.onStored();
    return { status: 200, stored, duplicates: added.length - stored };
  };

/** An event without an id of its own is known by what it says, so that a repeat of it is still a repeat. */
const contentId = (event: unknown): string =>
  `sha256:${createHash('sha256').update(JSON.stringify(event)).digest('hex')}`;
