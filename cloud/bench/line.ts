import { type ChildProcess, fork } from 'node:child_process';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { on } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
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
import { median, type Ratio } from './ingest.ts';
import { addPushes } from './line-pushes.ts';
import type { PlatformAnswer, PlatformOrder } from './line-talk.ts';
import { type BenchWorld, openWorld } from './world.ts';

export interface LineFigures {
  readonly bench: 'line';
  /** Webhooks a second, one figure a round. */
  readonly bare: readonly number[];
  readonly durable: readonly number[];
  readonly answer: { readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number };
  readonly out: {
    readonly seconds: number;
    readonly perSecond: number;
    readonly limited: number;
    readonly repeated: number;
    readonly cores: number;
  };
  readonly eventToCall: { readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number };
  readonly atLeast: readonly Ratio[];
  readonly atMost: readonly Ratio[];
}

const SECRET = 'secret-of-the-bench';
const LINE_ALLOWS = 2_000;
const ANSWERED_AT = 1_000;
const DECIDED_AT = 500;
const LONG_MS = 5_000;

/** Webhooks in, calls out, with LINE in a process of its own; the bare server and ours take turns in one run. */
export async function measureLine(
  options: { readonly events: number; readonly rounds: number; readonly seconds: number },
  say: (text: string) => void,
): Promise<LineFigures> {
  const bare: number[] = [];
  const durable: number[] = [];
  for (let round = 0; round < options.rounds; round++) {
    bare.push(await withPlatform((line) => takeBare(line, options.events)));
    durable.push(await withPlatform(async (line) => options.events / (await takeIn(line, options.events)).seconds));
    say(`webhooks: bare ${Math.round(bare.at(-1) ?? 0)}/s, durable ${Math.round(durable.at(-1) ?? 0)}/s`);
  }
  const answer = await withPlatform((line) => takeIn(line, (ANSWERED_AT * LONG_MS) / 1_000, ANSWERED_AT));
  say(`answers at ${ANSWERED_AT}/s: p50 ${answer.p50Ms.toFixed(1)} ms, p99 ${answer.p99Ms.toFixed(1)} ms`);
  const out = await withPlatform((line) => sendOut(line, options.seconds));
  say(`out: ${Math.round(out.perSecond)}/s, ${out.limited} times 429, ${out.cores.toFixed(2)} of a core`);
  const reached = await withPlatform((line) => takeThrough(line, (DECIDED_AT * LONG_MS) / 1_000));
  say(`event to call at ${DECIDED_AT}/s: p50 ${reached.p50Ms.toFixed(1)} ms, p99 ${reached.p99Ms.toFixed(1)} ms`);
  return {
    bench: 'line',
    bare,
    durable,
    answer: { perSecond: ANSWERED_AT, p50Ms: answer.p50Ms, p99Ms: answer.p99Ms },
    out,
    eventToCall: { perSecond: DECIDED_AT, p50Ms: reached.p50Ms, p99Ms: reached.p99Ms },
    atLeast: [
      { name: 'webhooks durable ÷ bare', value: median(durable) / median(bare), goal: 0.6 },
      { name: 'calls out ÷ what LINE allows', value: out.perSecond / LINE_ALLOWS, goal: 0.95 },
    ],
    atMost: [
      { name: 'ms to answer a webhook, p99', value: answer.p99Ms, goal: 50 },
      { name: 'times LINE said 429', value: out.limited, goal: 0 },
      { name: 'cores while sending', value: out.cores, goal: 0.35 },
      { name: 'ms from event to call, p50', value: reached.p50Ms, goal: 15 },
      { name: 'ms from event to call, p99', value: reached.p99Ms, goal: 100 },
    ],
  };
}

interface Platform {
  readonly port: number;
  ask<Told extends PlatformAnswer['told']>(
    order: PlatformOrder,
    told: Told,
  ): Promise<Extract<PlatformAnswer, { told: Told }>>;
}

const PLATFORM = new URL(
  import.meta.url.endsWith('.ts') ? './line-platform.ts' : './line-platform.js',
  import.meta.url,
);

async function withPlatform<T>(work: (line: Platform) => Promise<T>): Promise<T> {
  const child = fork(fileURLToPath(PLATFORM), [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    const { port } = await heard(child, 'listening');
    return await work({
      port,
      ask(order, told) {
        const answer = heard(child, told);
        child.send(order);
        return answer;
      },
    });
  } finally {
    child.kill('SIGKILL');
  }
}

async function heard<Told extends PlatformAnswer['told']>(child: ChildProcess, told: Told) {
  for await (const [answer] of on(child, 'message', { close: ['exit'] }) as AsyncIterable<[PlatformAnswer]>) {
    if (answer.told === told) return answer as Extract<PlatformAnswer, { told: Told }>;
  }
  throw new Error('the process that plays LINE has ended');
}

/** The least a webhook needs: the bytes, their signature, their JSON. */
async function takeBare(line: Platform, count: number): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const wanted = createHmac('sha256', SECRET).update(body).digest();
      const given = Buffer.from(String(request.headers['x-line-signature']), 'base64');
      const right = given.length === wanted.length && timingSafeEqual(given, wanted);
      JSON.parse(body.toString('utf8'));
      response.writeHead(right ? 200 : 401, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const sent = await line.ask({ say: 'webhooks', port, secret: SECRET, count }, 'sent');
    return count / sent.seconds;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const now = () => epochMs(Date.now());

/** The service's own way in, to the disk; `then` is what works off the events. */
async function openWayIn(world: BenchWorld, then: () => void) {
  const app = Fastify({ logger: false });
  const taking = { ledger: createLedger(world.store), mint: systemMint, now, onStored: then };
  webhookRoute(app, createWebhook({ ...taking, channelSecrets: () => [SECRET] }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}

async function takeIn(line: Platform, count: number, perSecond?: number) {
  const world = await openWorld(undefined, { members: 0, campaignsElsewhere: 0, campaignHere: false });
  const wayIn = await openWayIn(world, () => undefined);
  try {
    const order = { say: 'webhooks', port: wayIn.port, secret: SECRET, count } as const;
    const sent = await line.ask(perSecond === undefined ? order : { ...order, perSecond }, 'sent');
    const { n } = await world.store.db
      .selectFrom('event')
      .select(({ fn }) => [fn.countAll<number>().as('n')])
      .executeTakeFirstOrThrow();
    if (n !== count || sent.refused > 0) throw new Error(`${n} of ${count} stored, ${sent.refused} refused`);
    return sent;
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

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** More waits than LINE takes in the time. */
async function sendOut(line: Platform, seconds: number) {
  const world = await openWorld(undefined, { members: 0, campaignsElsewhere: 0, campaignHere: true });
  const out = openWayOut(world, line);
  try {
    await addPushes(world.store, Math.ceil((seconds + 2) * LINE_ALLOWS), now());
    out.sender.poke();
    await pause(1_000);
    const [before, cpu, began] = [await line.ask({ say: 'calls' }, 'calls'), process.cpuUsage(), performance.now()];
    await pause(seconds * 1_000);
    const after = await line.ask({ say: 'calls' }, 'calls');
    const took = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
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

/** From the webhook of a new friend to the call that replies with a coupon. */
async function takeThrough(line: Platform, count: number) {
  const world = await openWorld(undefined, { members: 0, campaignsElsewhere: 10, campaignHere: false });
  const source = '{"type":"text","text":"{{ coupon.value }}, {{ coupon.code }}"}';
  const welcome = CampaignManifest.parse({
    ...{ apiVersion: 'pharos/v1', kind: 'Campaign', metadata: { id: 'welcome' } },
    spec: {
      trigger: { on: 'follow' },
      timeZone: 'Asia/Taipei',
      offer: {
        coupon: { value: { percent: 20 }, redeemableAt: ['*'] },
        message: { template: 'bench.liquid.json', sources: { default: source } },
      },
    },
  });
  await applyManifests(world.store, [welcome], now());
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
  const wayIn = await openWayIn(world, () => worker.poke());
  try {
    await line.ask({ say: 'webhooks', port: wayIn.port, secret: SECRET, count, perSecond: DECIDED_AT }, 'sent');
    const deadline = performance.now() + LONG_MS;
    for (;;) {
      const calls = await line.ask({ say: 'calls' }, 'calls');
      if (calls.timed >= count) return calls;
      if (performance.now() > deadline) throw new Error(`${calls.timed} of ${count} were replied to`);
      await pause(50);
    }
  } finally {
    await wayIn.close();
    await worker.stop();
    await out.close();
    await world.close();
  }
}
