import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { call, until } from './api.ts';
import { firstHeard, lastPutOnAir } from './traces.ts';
import type { World } from './world.ts';

/** One step on the way of an event; `atMs` is UTC milliseconds, as its trace or row has it. */
export interface Hop {
  readonly name: string;
  readonly atMs: number;
}

/** What came of one passer-by, every fact read back from an HCI trace, a row of the cloud or the phone's chat. */
export interface Journey {
  readonly radio: string;
  readonly hwid: string | null;
  readonly dm: string | null;
  readonly dmVerified: boolean;
  readonly via: 'reply' | 'push' | null;
  readonly couponCode: string | null;
  readonly decisionId: string | null;
  readonly nodeId: string | null;
  readonly dmKey: string;
  readonly hops: readonly Hop[];
  readonly totalMs: number | null;
}

interface Walked {
  readonly walkId: string;
  readonly userId: string;
  readonly webhookEventId?: string;
  readonly verdict: string;
}

interface ChatMessage {
  readonly from: string;
  readonly atMs: number;
  readonly message?: unknown;
}

interface Explained {
  readonly events: readonly {
    readonly receivedAt: number;
    readonly at: number;
    readonly node?: string;
    readonly trust?: string;
    readonly decisions: readonly {
      readonly id: string;
      readonly outcome: string;
      readonly reason?: string;
      readonly decidedAt: number;
      readonly coupon?: { readonly id: string };
      readonly delivery?: {
        readonly route: 'reply' | 'push';
        readonly state: string;
        readonly attempts: readonly { readonly at: number; readonly endedAt: number; readonly outcome: string }[];
      };
    }[];
  }[];
}

/** Longer than a decision and a reply ever take, shorter than a reply token lives. */
const SETTLED_WITHIN_MS = 10_000;

/** LINE's app kept silent, or the decision (`undefined`: none in time). */
export type StoppedBy =
  | { readonly at: 'phone'; readonly verdict: string }
  | { readonly at: 'decision'; readonly reason: string | undefined };

export interface Outcome {
  readonly journey: Journey;
  readonly userId: string;
  readonly eventId: string | undefined;
  /** What stopped the coupon, when it did not arrive. */
  readonly stoppedBy: StoppedBy | undefined;
}

/** Sends one passer-by past the shop and follows what happens, from the advert to the chat. */
export async function sendPasserBy(world: World, walk: Readonly<Record<string, unknown>> = {}): Promise<Outcome> {
  const { cloud, sandboxUrl, bundle, traceDir, radio } = world;
  const walked = await call<Walked>(`${sandboxUrl}/sandbox/walk`, { method: 'POST', body: walk });
  const heard = firstHeard(join(traceDir, `${walked.walkId}-phone.btsnoop`), bundle.hwid);
  const nothing: Journey = {
    radio,
    hwid: heard?.frame.hwid ?? null,
    dm: heard?.frame.dm ?? null,
    dmVerified: false,
    via: null,
    couponCode: null,
    decisionId: null,
    nodeId: null,
    dmKey: bundle.dmKey,
    hops: [],
    totalMs: null,
  };
  const { userId, webhookEventId } = walked;
  if (webhookEventId === undefined) {
    return {
      journey: nothing,
      userId,
      eventId: undefined,
      stoppedBy: { at: 'phone', verdict: walked.verdict },
    };
  }

  const ask = async (): Promise<Explained['events'][number] | undefined> =>
    call<Explained>(`${cloud.url}/v1/explain/${webhookEventId}`, cloud)
      .then(({ events: [event] }) => event)
      .catch(() => undefined);
  const chat = async (): Promise<ChatMessage | undefined> =>
    (await call<{ messages: ChatMessage[] }>(`${sandboxUrl}/sandbox/users/${userId}/chat`)).messages.find(
      ({ from }) => from === 'account',
    );
  const event = await until(
    ask,
    (now) => now !== undefined && now.decisions.length > 0 && now.decisions.every(({ delivery }) => settled(delivery)),
    SETTLED_WITHIN_MS * world.patience,
  );
  const decision = event?.decisions.find(({ outcome }) => outcome === 'granted') ?? event?.decisions[0];
  const coupon =
    decision?.coupon && (await call<{ code: string }>(`${cloud.url}/v1/coupons/${decision.coupon.id}`, cloud));
  const shown = decision?.delivery?.state === 'accepted' ? await chat() : undefined;
  const attempt = decision?.delivery?.attempts.at(-1);
  const air = join(traceDir, 'air.btsnoop');
  const onAirAt = heard && existsSync(air) ? lastPutOnAir(air, heard.payload, heard.heardAtMs) : undefined;

  const hops: Hop[] = [
    ['advert-on-air', onAirAt],
    ['phone-heard', heard?.heardAtMs],
    ['line-event', event?.at],
    ['webhook-stored', event?.receivedAt],
    ['decided', decision?.decidedAt],
    ['line-called', attempt?.at],
    ['line-accepted', attempt?.endedAt],
    ['chat-shown', shown?.atMs],
  ].flatMap(([name, atMs]) =>
    typeof name === 'string' && typeof atMs === 'number' ? [{ name, atMs: Math.round(atMs) }] : [],
  );
  hops.sort((a, b) => a.atMs - b.atMs);
  const journey: Journey = {
    ...nothing,
    dmVerified: event?.trust === 'signed',
    via: decision?.delivery?.route ?? null,
    couponCode: shown !== undefined && coupon !== undefined ? coupon.code : null,
    decisionId: decision?.id ?? null,
    nodeId: event?.node ?? null,
    hops,
    totalMs: hops.length > 1 ? (hops.at(-1)?.atMs ?? 0) - (hops[0]?.atMs ?? 0) : null,
  };
  return {
    journey,
    userId,
    eventId: webhookEventId,
    stoppedBy: journey.couponCode === null ? { at: 'decision', reason: decision?.reason } : undefined,
  };
}

const settled = (delivery: { readonly state: string } | undefined): boolean =>
  delivery === undefined || !['ready', 'sending'].includes(delivery.state);
