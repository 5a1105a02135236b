import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EpochMs } from '../protocol/units.ts';
import type { ClaimedDelivery, SettledDelivery } from './core/ports.ts';
import type { TillAnswer } from './core/till/answer.ts';
import type { TillAsk } from './core/till/request.ts';
import type { Changes } from './core/working-set-types.ts';
import type { EndedCall } from './deliver/delivery-call.ts';
import { within } from './within.ts';

/**
 * What Prometheus is told: each hop counted as it happens, what waits looked up when it asks. Where that cannot be looked
 * up the rest is told all the same: it is most wanted when the database is away. No label names a person, a campaign or
 * a shop: their number must not grow with the business.
 */
export interface Metrics {
  written(changes: Changes): void;
  /** One call to LINE that ended, for one delivery or for all of a multicast. */
  called(deliveries: readonly ClaimedDelivery[], call: EndedCall): void;
  /** How a delivery ended, once it is written. */
  settled(settled: SettledDelivery): void;
  webhook(status: number, ms: number): void;
  till(asked: TillAsk['type'], answer: TillAnswer): void;
  read(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export interface MetricsDeps {
  readonly now: () => EpochMs;
  readonly depths: () => Promise<
    readonly { readonly name: string; readonly waiting: number; readonly oldestMs: number }[]
  >;
  readonly quotaLeft: () => Promise<number | undefined>;
  /** Absent where the broker is not ours to ask. */
  readonly brokerConnections: () => number | undefined;
  readonly senderIdleMs: () => number;
  /** A figure can no longer be looked up, with the reason; told once. */
  readonly onUnread: (figure: string, error: unknown) => void;
}

/** From a commit on a fast disk to LINE's two seconds, and beyond for what waited. */
const SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 45, 120, 600];

/** Far below the ten seconds Prometheus waits. */
const LOOK_WITHIN_MS = 2_000;

export function createMetrics(deps: MetricsDeps): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const registers = [register];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: `pharos_${name}_total`, help, labelNames, registers });
  const histogram = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Histogram({ name: `pharos_${name}_seconds`, help, labelNames, buckets: SECONDS, registers });
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({ name: `pharos_${name}`, help, labelNames, registers });

  const events = counter('events', 'Events worked off, by the ear that heard them', ['ear']);
  const decisions = counter('decisions', 'Decisions, by outcome and reason', ['outcome', 'reason']);
  const granted = counter('deliveries_created', 'Messages written to be sent', ['route']);
  const settled = counter('deliveries_settled', 'Messages that came to an end', ['route', 'state', 'reason']);
  const calls = counter('line_calls', 'Calls to LINE, by what came of them', ['route', 'outcome']);
  const callTime = histogram('line_call', 'From a call to LINE to its answer', ['route']);
  const waited = histogram('delivery_wait', 'From the decision to the first call to LINE', ['route']);
  const tills = counter('till_requests', 'What tills asked, by what came of it', ['asked', 'outcome']);
  const webhooks = histogram('webhook', 'From a webhook to its answer', ['status']);

  const waiting = gauge('waiting', 'What waits to be worked off', ['queue']);
  const oldest = gauge('oldest_seconds', 'How long the first of them has waited', ['queue']);
  const quota = gauge('line_quota_left', 'Messages LINE lets us push this month; absent where nothing limits them');
  const connections = gauge('broker_connections', 'Nodes on the embedded broker; absent where it is another');
  const idle = gauge('sender_idle_seconds', 'Since the sender last looked at what is due, or was started');
  const unread = gauge('unread', '1 where what it names could not be looked up just now and is absent', ['figure']);

  /** Without a database each would wait for long: whoever asks meanwhile waits with those before them. */
  const look = <T>(figure: string, ask: () => Promise<T>): (() => Promise<T | undefined>) => {
    let asking: Promise<T> | undefined;
    let isUnread = false;
    return async () => {
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      try {
        const found = await within(LOOK_WITHIN_MS, asking, () => new Error(`not found in ${LOOK_WITHIN_MS} ms`));
        unread.set({ figure }, 0);
        isUnread = false;
        return found;
      } catch (error) {
        unread.set({ figure }, 1);
        if (!isUnread) deps.onUnread(figure, error);
        isUnread = true;
        return undefined;
      }
    };
  };
  const readDepths = look('waiting', deps.depths);
  const readQuota = look('line_quota_left', deps.quotaLeft);

  return {
    written({ heard, closed, decisions: decided, deliveries }) {
      for (const { event } of heard) events.inc({ ear: event.ear });
      if (closed.length > 0) events.inc({ ear: 'line' }, closed.length);
      for (const { decision } of decided) {
        decisions.inc({ outcome: decision.outcome, reason: decision.reason ?? '' });
      }
      for (const { route } of deliveries) granted.inc({ route });
    },
    called(deliveries, { outcome, startedAt, endedAt }) {
      const [first] = deliveries;
      if (first === undefined) return;
      const way = first.castKey === undefined ? first.route : 'multicast';
      calls.inc({ route: way, outcome: outcome.at });
      callTime.observe({ route: way }, (endedAt - startedAt) / 1_000);
      for (const { route, attempts, createdAt } of deliveries) {
        if (attempts === 1) waited.observe({ route }, (startedAt - createdAt) / 1_000);
      }
    },
    settled({ delivery: { route }, step }) {
      if (step.to === 'ready' || step.to === 'push') return;
      settled.inc({ route, state: step.to, reason: step.to === 'parked' ? step.reason : '' });
    },
    till: (asked, answer) => tills.inc({ asked, outcome: outcomeOf(answer) }),
    webhook: (status, ms) => webhooks.observe({ status: String(status) }, ms / 1_000),
    async read() {
      const [depths, left] = await Promise.all([readDepths(), readQuota()]);
      waiting.reset();
      oldest.reset();
      for (const depth of depths ?? []) {
        waiting.set({ queue: depth.name }, depth.waiting);
        oldest.set({ queue: depth.name }, depth.oldestMs / 1_000);
      }
      setOrRemove(quota, left);
      setOrRemove(connections, deps.brokerConnections());
      idle.set(deps.senderIdleMs() / 1_000);
      return { contentType: register.contentType, text: await register.metrics() };
    },
  };
}

/** Reset, a figure without labels would say 0. */
function setOrRemove(gauge: Gauge, value: number | undefined): void {
  if (value === undefined) gauge.remove();
  else gauge.set(value);
}

/** `done`, `replayed`, or the code of the refusal: a closed list. */
const outcomeOf = (answer: TillAnswer): string => {
  if (answer.kind === 'refused') return answer.refusal.code;
  return answer.replayed === true ? 'replayed' : 'done';
};
