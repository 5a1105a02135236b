import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { eventually } from './sandbox/sandbox.fixture.ts';
import type { Order, Sabotage, Whereabouts } from './storm-probe.fixture.ts';
import type { Orders, Tells, Told } from './storm-process.fixture.ts';

/** Dispatchers in processes of their own, which are killed and followed by their heirs, and the one address before them. */
export interface Fleet {
  /** Where LINE finds us: each webhook goes to the next dispatcher that runs. */
  readonly webhookUrl: string;
  /** One that runs. */
  any(): Promise<Running>;
  /** Ends the dispatcher in this place: at the `nth` such point, or wherever it is. Where it was; its heir runs. */
  kill(place: number, aim: Order | 'anywhere'): Promise<Whereabouts>;
  /** Troubles they logged. */
  wrongs(): readonly string[];
  close(): Promise<void>;
}

export type Running = Extract<Tells, { is: 'ready' }>;

interface Member {
  readonly child: ChildProcess;
  readonly whereabouts: string;
  readonly loaded: Promise<unknown>;
  running?: Running;
}

const PRELOAD = new URL('./storm-preload.fixture.ts', import.meta.url).href;
const PROCESS = fileURLToPath(new URL('./storm-process.fixture.ts', import.meta.url));
const PATIENCE_MS = 15_000;
/** How long a webhook waits for somebody to take it, well below LINE's two seconds. */
const HELD_MS = 800;
/** An aim that is not met within this time is given up for a blind stroke. */
const AIM_MS = 1_500;

export async function openFleet(
  count: number,
  dir: string,
  orders: Orders,
  sabotage: Sabotage | undefined,
): Promise<Fleet> {
  const wrongs: string[] = [];
  const living = new Set<ChildProcess>();
  let made = 0;
  let closing = false;

  const load = (): Member => {
    made += 1;
    const whereabouts = join(dir, `whereabouts-${made}`);
    const child = fork(PROCESS, [JSON.stringify(orders)], {
      // On each thread before anything else.
      execArgv: ['--import', PRELOAD],
      env: {
        ...process.env,
        PHAROS_STORM_WHEREABOUTS: whereabouts,
        ...(sabotage !== undefined && { PHAROS_STORM_SABOTAGE: sabotage }),
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    living.add(child);
    child.once('exit', () => living.delete(child));
    // What is told to one that has just died is told to nobody.
    child.on('error', () => undefined);
    child.stderr?.on('data', (chunk: Buffer) => wrongs.push(chunk.toString()));
    const member: Member = { child, whereabouts, loaded: once(child, 'message') };
    child.on('message', (message: Tells) => {
      if (message.is === 'ready') member.running = message;
      if (message.is === 'wrong') wrongs.push(message.message);
    });
    return member;
  };
  const start = async (member: Member): Promise<Member> => {
    await member.loaded;
    tell(member.child, { is: 'start' });
    await eventually(() => {
      if (member.running === undefined) throw new Error(`a dispatcher does not start: ${wrongs.slice(-3).join(' ')}`);
    }, PATIENCE_MS);
    return member;
  };

  const front = createServer((incoming, answer) => void pass(incoming, answer).catch(() => answer.destroy()));
  await once(front.listen(0, '127.0.0.1'), 'listening');
  const webhookUrl = `http://127.0.0.1:${(front.address() as AddressInfo).port}/line/webhook`;
  const places: Member[] = [];
  const heirs: Member[] = [];
  let turn = 0;
  const running = (): Running[] => places.flatMap(({ running: it, child }) => (it && alive(child) ? [it] : []));
  const anyone = (withinMs: number): Promise<Running> =>
    eventually(() => {
      turn += 1;
      const all = running();
      const one = all[turn % Math.max(1, all.length)];
      if (one === undefined) throw new Error('no dispatcher runs');
      return one;
    }, withinMs);
  async function pass(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const next = await anyone(HELD_MS).catch(() => undefined);
    if (next === undefined) return void answer.writeHead(503).end();
    const { 'content-type': type = '', 'x-line-signature': signature } = incoming.headers;
    const headers = { 'content-type': type, ...(signature !== undefined && { 'x-line-signature': String(signature) }) };
    try {
      const taken = await request(`${next.httpUrl}/line/webhook`, {
        method: 'POST',
        headers,
        body: Buffer.concat(chunks),
      });
      await taken.body.dump();
      answer.writeHead(taken.statusCode).end();
    } catch {
      answer.writeHead(502).end();
    }
  }

  for (let place = 0; place < count; place++) {
    places.push(load());
    heirs.push(load());
  }
  // One after the other: the first makes the database.
  for (const member of places) await start(member);

  return {
    webhookUrl,
    any: () => anyone(PATIENCE_MS),
    async kill(place, aim) {
      const victim = places[place];
      const heir = heirs[place];
      if (victim === undefined || heir === undefined) throw new Error(`there is no place ${place}`);
      const gone = once(victim.child, 'exit');
      if (aim === 'anywhere') victim.child.kill('SIGKILL');
      else {
        tell(victim.child, { is: 'arm', ...aim });
        const missed = setTimeout(() => victim.child.kill('SIGKILL'), AIM_MS);
        void gone.then(() => clearTimeout(missed));
      }
      await gone;
      if (closing) throw new Error('the fleet is closed');
      places[place] = heir;
      await start(heir);
      heirs[place] = load();
      return whereaboutsIn(dir, victim.whereabouts);
    },
    wrongs: () => wrongs,
    async close() {
      closing = true;
      front.closeAllConnections();
      front.close();
      await Promise.all(
        [...living].map(async (child) => {
          const gone = once(child, 'exit');
          child.kill('SIGKILL');
          await gone;
        }),
      );
    },
  };
}

const alive = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;
const tell = (child: ChildProcess, message: Told): void => void child.send(message);

/** What all threads of a process had open. */
function whereaboutsIn(dir: string, prefix: string): Whereabouts {
  const told = readdirSync(dir)
    .filter((name) => join(dir, name).startsWith(`${prefix}-`))
    .map((name) => JSON.parse(readFileSync(join(dir, name), 'utf8')) as Whereabouts);
  const at = told.find((it) => it.at !== undefined)?.at;
  return {
    transactions: told.reduce((sum, { transactions }) => sum + transactions, 0),
    calls: told.reduce((sum, { calls }) => sum + calls, 0),
    ...(at !== undefined && { at }),
  };
}
