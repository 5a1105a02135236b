import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createConnection, type Socket } from 'node:net';
import type { PlatformAnswer, PlatformOrder } from './line-talk.ts';

/**
 * LINE, as far as its speed goes, in a process of its own: the Messaging API with its rate limit, and webhooks as fast
 * as the service takes them, or so many a second. Requests are made before the start and answers only counted, since it
 * shares two processors with what it measures.
 */
const RATE = 2_000;
const CONNECTIONS = 50;
const BODY_BYTES = 1_024;

let tokens = RATE;
let refilledAt = performance.now();
const seen = new Set<string>();
let accepted = 0;
let limited = 0;
let repeated = 0;
const sentAt = new Map<string, number>();
const toCall: number[] = [];

const api = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => void chunks.push(chunk));
  request.on('end', () => {
    const now = performance.now();
    tokens = Math.min(RATE, tokens + ((now - refilledAt) * RATE) / 1_000);
    refilledAt = now;
    if (tokens < 1) {
      limited += 1;
      response.writeHead(429).end('{"message":"The API rate limit has been exceeded. Try again later."}');
      return;
    }
    tokens -= 1;
    const text = Buffer.concat(chunks).toString('utf8');
    const key = String(request.headers['x-line-retry-key'] ?? /"replyToken":"([^"]+)"/.exec(text)?.[1]);
    const began = sentAt.get(key);
    if (began !== undefined) toCall.push(now - began);
    if (seen.has(key)) repeated += 1;
    seen.add(key);
    accepted += 1;
    response.writeHead(200, { 'content-type': 'application/json', 'x-line-request-id': key });
    response.end('{"sentMessages":[]}');
  });
});
api.listen(0, '127.0.0.1');
await once(api, 'listening');

const run = randomBytes(6).toString('hex');
let serial = 0;

function makeRequest(secret: string, host: string): { readonly id: string; readonly bytes: Buffer } {
  serial += 1;
  const id = `${run}${serial}`;
  const event = {
    ...{ type: 'follow', mode: 'active', timestamp: Date.now(), webhookEventId: id, replyToken: `t${id}` },
    source: { type: 'user', userId: `U${id.padStart(32, '0')}` },
    deliveryContext: { isRedelivery: false },
    follow: { isUnblocked: false },
  };
  const bare = JSON.stringify({ destination: 'bench', events: [event], pad: '' });
  const body = JSON.stringify({ destination: 'bench', events: [event], pad: 'x'.repeat(BODY_BYTES - bare.length) });
  const signature = createHmac('sha256', secret).update(body).digest('base64');
  const head = `POST /line/webhook HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nx-line-signature: ${signature}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return { id, bytes: Buffer.from(head + body) };
}

/** One request under way at a time, so that what comes is its answer. */
async function openLines(port: number): Promise<Socket[]> {
  const lines = Array.from({ length: CONNECTIONS }, () => createConnection({ host: '127.0.0.1', port, noDelay: true }));
  await Promise.all(lines.map((line) => once(line, 'connect')));
  return lines;
}

async function send({ port, secret, count, perSecond }: Extract<PlatformOrder, { say: 'webhooks' }>) {
  const lines = await openLines(port);
  const requests = Array.from({ length: count }, () => makeRequest(secret, `127.0.0.1:${port}`));
  const times: number[] = [];
  let refused = 0;
  let next = 0;
  const free = [...lines];
  const began = performance.now();
  const due = (): number =>
    perSecond === undefined ? count : Math.min(count, ((performance.now() - began) * perSecond) / 1_000);
  const atOf = new Map<Socket, number>();
  await new Promise<void>((resolve, fail) => {
    let timer: NodeJS.Timeout | undefined;
    const pump = (): void => {
      while (next < due()) {
        const line = free.pop();
        if (line === undefined) return;
        const request = requests[next];
        if (request === undefined) return;
        // An answer is late by the time its call had to wait for a line, too.
        const at = perSecond === undefined ? performance.now() : began + (next * 1_000) / perSecond;
        next += 1;
        atOf.set(line, at);
        // Only where each call out is to be timed: at full speed the load must cost little beside what is measured.
        if (perSecond !== undefined) sentAt.set(`t${request.id}`, at);
        line.write(request.bytes);
      }
    };
    for (const line of lines) {
      line.on('data', (answer: Buffer) => {
        times.push(performance.now() - (atOf.get(line) ?? began));
        if (answer[9] !== OK) refused += 1;
        free.push(line);
        if (times.length < count) pump();
        else {
          clearInterval(timer);
          resolve();
        }
      });
      line.once('error', fail);
    }
    if (perSecond !== undefined) timer = setInterval(pump, 1);
    pump();
  });
  const seconds = (performance.now() - began) / 1_000;
  for (const line of lines) line.destroy();
  return { seconds, refused, ...percentiles(times) };
}

/** The `2` of `HTTP/1.1 200`. */
const OK = '2'.charCodeAt(0);

function percentiles(times: readonly number[]) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

const tell = (answer: PlatformAnswer): void => void process.send?.(answer);

process.on('message', (order: PlatformOrder) => {
  if (order.say === 'webhooks') void send(order).then((sent) => tell({ told: 'sent', ...sent }));
  else tell({ told: 'calls', accepted, limited, repeated, timed: toCall.length, ...percentiles(toCall) });
});
tell({ told: 'listening', port: (api.address() as AddressInfo).port });
