import { createHash } from 'node:crypto';
import { validateSignature } from '@line/bot-sdk';
import type { EpochMs } from '../../protocol/units.ts';
import { REDELIVERED_AT_MOST_MS } from '../core/decide/route.ts';
import type { EventId, Mint } from '../core/ids.ts';
import { plainJson } from '../core/plain-text.ts';
import type { Ledger, LedgerTx, NewEvent } from '../core/ports.ts';
import { createGroup } from './group.ts';
import { EventHeader, WebhookBody } from './line-event.ts';

export type WebhookAnswer =
  | { readonly status: 200; readonly stored: number; readonly duplicates: number }
  | {
      readonly status: 400 | 401 | 503;
      readonly code: 'bad_signature' | 'bad_json' | 'bad_shape' | 'busy';
      readonly message: string;
    };

/** LINE waits two seconds; an honest refusal before that is better than none, since LINE then sends it again. */
const STORE_WITHIN_MS = 1_200;
/** Events that wait for a commit; more would only be refused later, when LINE no longer listens. */
const MOST_WAITING = 5_000;
/** Events of one commit. */
const MOST_A_COMMIT = 500;

interface Heard {
  readonly event: NewEvent;
  /** LINE sends it again and its token may live anew. */
  readonly mayRenew: boolean;
}

/**
 * Takes one webhook call: checks the signature over the bytes as they came, stores every new event durably, and only
 * then answers. Calls that come while others are being written share the next commit. The work itself starts afterwards,
 * from the stored rows.
 */
export const createWebhook = (deps: {
  readonly ledger: Ledger;
  readonly mint: Mint;
  /** Those that may sign: while a secret is being replaced, the old one and the new one. */
  readonly channelSecrets: () => readonly string[];
  readonly now: () => EpochMs;
  /** Told after the commit that there is work. */
  readonly onStored: () => void;
  readonly storeWithinMs?: number;
}) => {
  const storeWithinMs = deps.storeWithinMs ?? STORE_WITHIN_MS;
  let waiting = 0;
  const group = createGroup<readonly Heard[], number>({
    most: MOST_A_COMMIT,
    weigh: ({ length }) => length,
    work: (calls) => storeAll(deps.ledger, calls),
  });

  /** What is stored after LINE was sent away is told of all the same. */
  const store = (heard: readonly Heard[]): Promise<WebhookAnswer> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(BUSY), storeWithinMs);
      const end = (): void => {
        waiting -= heard.length;
        clearTimeout(timer);
      };
      waiting += heard.length;
      group.submit(heard).then(
        (stored) => {
          end();
          if (stored > 0) deps.onStored();
          resolve({ status: 200, stored, duplicates: heard.length - stored });
        },
        (error: unknown) => {
          end();
          reject(error);
        },
      );
    });

  return async (body: Buffer, signature: string | undefined): Promise<WebhookAnswer> => {
    if (
      signature === undefined ||
      !deps.channelSecrets().some((secret) => validateSignature(body, secret, signature))
    ) {
      return { status: 401, code: 'bad_signature', message: 'x-line-signature is missing or does not match the body' };
    }
    let json: unknown;
    try {
      json = plainJson(body.toString('utf8'));
    } catch {
      return { status: 400, code: 'bad_json', message: 'the body is not JSON' };
    }
    const parsed = WebhookBody.safeParse(json);
    if (!parsed.success) return { status: 400, code: 'bad_shape', message: 'the body is not a LINE webhook' };

    const { destination, events } = parsed.data;
    if (events.length === 0) return { status: 200, stored: 0, duplicates: 0 };
    if (waiting > MOST_WAITING) return BUSY;
    const receivedAt = deps.now();
    const heard = events.map((event) => hear(event, destination, receivedAt, deps.mint));
    return await store(heard);
  };
};

/** What is stored after all is no loss: LINE sends it again under the same id. */
const BUSY: WebhookAnswer = {
  status: 503,
  code: 'busy',
  message: 'the events could not be stored in time; send them again',
};

/** How many of each call are new, or came again and live anew. */
async function storeAll(ledger: Ledger, calls: readonly (readonly Heard[])[]): Promise<number[]> {
  const first = new Map<string, NewEvent>();
  for (const call of calls) {
    for (const { event } of call) if (!first.has(event.sourceId)) first.set(event.sourceId, event);
  }
  const before = await ledger.hear([...first.values()]);
  const again = calls.flat().filter(({ event, mayRenew }) => mayRenew && before.has(event.sourceId));
  // LINE never heard our answer to the first call, perhaps because we died over it. This one brings a live token.
  const renewed = new Set(again.length === 0 ? [] : await ledger.transaction((tx) => renewAll(tx, again)));
  return calls.map(
    (call) =>
      call.filter(({ event }) =>
        before.has(event.sourceId) ? renewed.has(event) : first.get(event.sourceId) === event,
      ).length,
  );
}

async function renewAll({ events }: LedgerTx, again: readonly Heard[]): Promise<NewEvent[]> {
  const renewed: NewEvent[] = [];
  for (const { event } of again) if (await events.renew(event)) renewed.push(event);
  return renewed;
}

function hear(event: unknown, destination: string, receivedAt: EpochMs, mint: Mint): Heard {
  const { type, webhookEventId, timestamp, deliveryContext } = EventHeader.parse(event);
  const ageMs = timestamp === undefined ? undefined : Math.max(0, receivedAt - timestamp);
  return {
    event: {
      id: mint.id('event') as EventId,
      ear: 'line',
      sourceId: webhookEventId ?? contentId(event),
      type,
      at: timestamp ?? receivedAt,
      receivedAt,
      ...(ageMs !== undefined && { ageMs }),
      body: { destination, event },
    },
    mayRenew: deliveryContext?.isRedelivery === true && (ageMs ?? Infinity) <= REDELIVERED_AT_MOST_MS,
  };
}

/** An event without an id of its own is known by what it says, so that a repeat of it is still a repeat. */
const contentId = (event: unknown): string =>
  `sha256:${createHash('sha256').update(JSON.stringify(event)).digest('hex')}`;
