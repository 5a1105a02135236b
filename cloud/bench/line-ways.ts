import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { epochMs } from '../../protocol/units.ts';
import { CampaignManifest } from '../core/manifest/campaign.ts';
import { fixedToken } from '../deliver/access-token.ts';
import { createLineClient } from '../deliver/line-client.ts';
import { createLineTransport } from '../deliver/line-transport.ts';
import { createSender } from '../deliver/sender.ts';
import { webhookRoute } from '../http/webhook.ts';
import { createWebhook } from '../ingest/webhook.ts';
import { createWorker } from '../ingest/worker.ts';
import { applyManifests } from '../store/apply.ts';
import { createLedger } from '../store/ledger.ts';
import { systemMint } from '../store/mint.ts';
import { senderQueue } from '../store/sender-queue.ts';
import { microsEach, type WebhookRun } from './line-peers.ts';
import type { Platform } from './line-process.ts';
import { addPushes } from './line-pushes.ts';
import { type BenchWorld, openWorld } from './world.ts';

/** The service's own way in and way out, against LINE in its other process. `target` as {@link openWorld} takes it. */

export const LINE_ALLOWS = 2_000;
const SETTLE_WITHIN_MS = 5_000;

const now = () => epochMs(Date.now());
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function openWayIn(world: BenchWorld, secret: string, then: () => void) {
  const app = Fastify({ logger: false });
  const taking = { ledger: createLedger(world.store), mint: systemMint, now, onStored: then };
  webhookRoute(app, createWebhook({ ...taking, channelSecrets: () => [secret] }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}

/** Webhooks to the disk; without `perSecond` as fast as they are answered. */
export async function takeIn(
  line: Platform,
  target: string | undefined,
  order: { readonly secret: string; readonly count: number; readonly perSecond?: number },
): Promise<WebhookRun & { readonly p50Ms: number; readonly p99Ms: number }> {
  const { secret, count } = order;
  const world = await openWorld(target, { members: 0, campaignsElsewhere: 0, campaignHere: false });
  const wayIn = await openWayIn(world, secret, () => undefined);
  try {
    const cpu = process.cpuUsage();
    const sent = await line.ask({ say: 'webhooks', port: wayIn.port, ...order }, 'sent');
    const cpuMicros = microsEach(cpu, count);
    const { n } = await world.store.db
      .selectFrom('event')
      .select(({ fn }) => [fn.countAll<number>().as('n')])
      .executeTakeFirstOrThrow();
    if (n !== count || sent.refused > 0) throw new Error(`${n} of ${count} stored, ${sent.refused} refused`);
    return { perSecond: count / sent.seconds, cpuMicros, p50Ms: sent.p50Ms, p99Ms: sent.p99Ms };
  } finally {
    await wayIn.close();
    await world.close();
  }
}

function openWayOut(world: BenchWorld, line: Platform) {
  const transport = createLineTransport(`http://127.0.0.1:${line.port}`);
  const sender = createSender({
    queue: senderQueue(world.store),
    line: createLineClient({ transport, tokens: fixedToken(() => 'token') }),
    now,
    random: Math.random,
    quotaUsedUp: async () => false,
    onSettled: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
  const close = async (): Promise<void> => {
    await sender.stop();
    await transport.close();
  };
  return { sender, close };
}

export interface OutRun {
  readonly seconds: number;
  readonly perSecond: number;
  readonly limited: number;
  readonly repeated: number;
  /** Of this process, its threads included: sender and, with SQLite, the database. */
  readonly cores: number;
}

/** More waits than LINE takes in the time. */
export async function sendOut(line: Platform, target: string | undefined, seconds: number): Promise<OutRun> {
  const world = await openWorld(target, { members: 0, campaignsElsewhere: 0, campaignHere: true });
  const out = openWayOut(world, line);
  try {
    await addPushes(world.store, Math.ceil((seconds + 3) * LINE_ALLOWS), now());
    out.sender.poke();
    await pause(1_000);
    const [before, cpu, began] = [await line.ask({ say: 'calls' }, 'calls'), process.cpuUsage(), performance.now()];
    await pause(seconds * 1_000);
    const { user, system } = process.cpuUsage(cpu);
    const after = await line.ask({ say: 'calls' }, 'calls');
    const took = (performance.now() - began) / 1_000;
    return {
      seconds: took,
      perSecond: (after.accepted - before.accepted) / took,
      limited: after.limited,
      repeated: after.repeated,
      cores: (user + system) / 1e6 / took,
    };
  } finally {
    await out.close();
    await world.close();
  }
}

const WELCOME = CampaignManifest.parse({
  ...{ apiVersion: 'pharos/v1', kind: 'Campaign', metadata: { id: 'welcome' } },
  spec: {
    trigger: { on: 'follow' },
    timeZone: 'Asia/Taipei',
    offer: {
      coupon: { value: { percent: 20 }, redeemableAt: ['*'] },
      message: {
        template: 'bench.liquid.json',
        sources: { default: '{"type":"text","text":"{{ coupon.value }}, {{ coupon.code }}"}' },
      },
    },
  },
});

/** From the webhook of a new friend to the call that replies with a coupon. */
export async function takeThrough(
  line: Platform,
  target: string | undefined,
  order: { readonly secret: string; readonly count: number; readonly perSecond: number },
): Promise<{ readonly p50Ms: number; readonly p99Ms: number }> {
  const world = await openWorld(target, { members: 0, campaignsElsewhere: 10, campaignHere: false });
  await applyManifests(world.store, [WELCOME], now());
  const out = openWayOut(world, line);
  const fail = (error: unknown): void => {
    throw error;
  };
  const worker = createWorker({
    ...{ ledger: createLedger(world.store), mint: systemMint, now },
    onDeliveries: () => out.sender.poke(),
    onFailed: (_event, error) => fail(error),
    onFault: fail,
  });
  const wayIn = await openWayIn(world, order.secret, () => worker.poke());
  try {
    await line.ask({ say: 'webhooks', port: wayIn.port, ...order }, 'sent');
    const deadline = performance.now() + SETTLE_WITHIN_MS;
    for (;;) {
      const calls = await line.ask({ say: 'calls' }, 'calls');
      if (calls.timed >= order.count) return calls;
      if (performance.now() > deadline) throw new Error(`${calls.timed} of ${order.count} were replied to`);
      await pause(50);
    }
  } finally {
    await wayIn.close();
    await worker.stop();
    await out.close();
    await world.close();
  }
}
