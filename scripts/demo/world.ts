import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AirMessageInput } from '../../protocol/lab/air-control.ts';
import type { NodeBundle } from '../../protocol/messages/bundle.ts';
import type { NodeHealth } from '../../protocol/messages/status.ts';
import { airControl } from '../lab/air/client.ts';
import { call, until } from './api.ts';
import { type Children, createChildren } from './children.ts';
import type { DemoOptions } from './options.ts';
import { DEMO_WORDS, type DemoWords } from './words.ts';

/** Everything one shop needs, running: radio, LINE sandbox, cloud, node. */
export interface World {
  readonly children: Children;
  readonly dataDir: string;
  readonly radio: string;
  readonly patience: number;
  readonly cloud: { readonly url: string; readonly token: string };
  readonly sandboxUrl: string;
  /** Where HCI traces of the air and of the phones are written. */
  readonly traceDir: string;
  readonly airControl: string | undefined;
  readonly bundle: NodeBundle;
  /** Pulls the plug of the cloud: SIGKILL, nothing is finished. */
  killCloud(): Promise<void>;
  /** Starts it again on the same data and ports. */
  reviveCloud(): Promise<void>;
  /** The same of the node, or of one of its processes. */
  killNode(role: NodeRole): Promise<void>;
  reviveNode(role: NodeRole): void;
  stop(): Promise<void>;
}

/** A process of the node: both daemons in one, or one of them. */
export type NodeRole = 'run' | 'radio' | 'uplink';

const ON_AIR_WITHIN_MS = 15_000;

export const NODE_ID = 'taipei-1-door';
/** Name of the node's controller on the virtual air. */
const NODE_LABEL = 'shop-door';

// This file runs built (dist/scripts/demo) and, in tests, from its source; the programs it starts are always the built ones.
const above = fileURLToPath(new URL('../..', import.meta.url));
const repository = /\/dist\/$/.test(above) ? join(above, '..') : above;
const dist = join(repository, 'dist');
const street = join(repository, 'scripts/demo/street');

export interface WorldOptions {
  readonly nodeEnv?: Readonly<Record<string, string>>;
  /** The processes the node consists of; default one. */
  readonly nodeRoles?: readonly NodeRole[];
  /** Told when one of the programs ends without being asked to. */
  readonly onDeath?: (name: string, how: string) => void;
  /** Ends everything, also half started. */
  readonly signal?: AbortSignal;
}

export async function startWorld(
  options: DemoOptions,
  dataDir: string,
  say: (text: string) => void,
  more: WorldOptions = {},
): Promise<World> {
  const logDir = join(dataDir, 'logs');
  const traceDir = join(dataDir, 'traces');
  for (const dir of [dataDir, logDir]) mkdirSync(dir, { recursive: true });
  rmSync(traceDir, { recursive: true, force: true });
  mkdirSync(traceDir, { recursive: true });
  const children = createChildren(dist, logDir, more.onDeath);
  more.signal?.addEventListener('abort', () => void children.stopAll());
  try {
    return await bringUp(options, dataDir, traceDir, children, say, more);
  } catch (error) {
    await children.stopAll();
    throw error;
  }
}

async function bringUp(
  options: DemoOptions,
  dataDir: string,
  traceDir: string,
  children: Children,
  say: (text: string) => void,
  { nodeEnv = {}, nodeRoles = ['run'] }: WorldOptions,
): Promise<World> {
  const words = DEMO_WORDS[options.language];
  const { radio, phoneRadio } = chooseRadios(options);
  const onAir = radio === 'virtual-air';
  const air = { socket: join(dataDir, 'air.sock'), control: join(dataDir, 'air.ctl') };
  if (onAir) {
    const trace = ['--trace', join(traceDir, 'air.btsnoop'), '--loss', options.airLoss];
    await children.startReady('air', [
      'scripts/lab/virtual-air.js',
      '--unix',
      air.socket,
      '--ctl',
      air.control,
      ...trace,
    ]);
    await tellAir(air.control, { place: { label: NODE_LABEL, x: 0, y: 0 } });
    // A street with walls and people: heard for some forty metres, so that who walks on is out of range.
    await tellAir(air.control, { set: { pathLossExponent: 2.5 } });
  }
  say(`radio    ${radio}`);

  const line = { secret: randomBytes(16).toString('hex'), token: randomBytes(24).toString('hex') };
  const phone = onAir ? ['--air-socket', air.socket, '--air-ctl', air.control] : ['--phone-radio', phoneRadio];
  const sandbox = await children.startReady<{ url: string }>(
    'sandbox',
    ['cloud/sandbox/main.js', '--port', '0', '--channel-secret', line.secret, '--access-token', line.token]
      .concat(['--hwid', '0a1b2c3d4e', '--trace', traceDir])
      .concat(phone),
    { onErrorLine: (text) => say(text) },
  );
  writeFileSync(join(dataDir, 'sandbox-url'), `${sandbox.url}\n`);
  say(`LINE     ${sandbox.url} (sandbox)`);

  let cloudProcess: ChildProcess | undefined;
  const startCloud = (ports: Readonly<Record<string, string>>): Promise<{ http: string; mqtt: string }> =>
    children.startReady('cloud', ['cloud/main.js', 'run'], {
      env: {
        ...ports,
        PHAROS_DATA_DIR: dataDir,
        ...(options.database !== undefined && { PHAROS_DATABASE_URL: options.database }),
        PHAROS_LINE_CHANNEL_SECRET: line.secret,
        PHAROS_LINE_CHANNEL_ACCESS_TOKEN: line.token,
        PHAROS_LINE_API_BASE: sandbox.url,
      },
      onStart: (child) => {
        cloudProcess = child;
      },
    });
  const cloud = await startCloud({
    PHAROS_HTTP_PORT: String(await portOrFree(options.httpPort, words, say)),
    PHAROS_MQTT_PORT: String(await portOrFree(options.mqttPort, words, say)),
  });
  writeFileSync(join(dataDir, 'server-url'), `${cloud.http}\n`);
  const token = readFileSync(join(dataDir, 'admin-token'), 'utf8').trim();
  // A phone that was out of range for a second counts as coming again, so that nobody here has to wait for the next walk.
  const platform = { webhookUrl: `${cloud.http}/line/webhook`, reenterAfterMs: 1_000 };
  await call(`${sandbox.url}/sandbox/settings`, { method: 'PUT', body: platform });
  say(`cloud    ${cloud.http}  ${cloud.mqtt}`);

  const cliEnv = { PHAROS_SERVER: cloud.http, PHAROS_TOKEN: token, PHAROS_DATA_DIR: dataDir };
  await children.run('pharos apply', ['cloud/cli/main.js', 'apply', street], { env: cliEnv });
  const edgeDir = join(dataDir, 'edge');
  const bundlePath = join(dataDir, `${NODE_ID}.json`);
  const args = ['node', 'add', NODE_ID, '--store', 'taipei-1', '--out', bundlePath, '--rotate', '--force'];
  await children.run('pharos node add', ['cloud/cli/main.js', ...args], { env: cliEnv });
  const issued = JSON.parse(readFileSync(bundlePath, 'utf8')) as NodeBundle;
  const bundle = options.wrongKey ? { ...issued, dmKey: randomBytes(32).toString('hex') } : issued;
  writeFileSync(bundlePath, JSON.stringify(bundle), { mode: 0o600 });
  await children.run('pharos-edge enroll', ['edge/cli.js', 'enroll', bundlePath, '--replace', '--data-dir', edgeDir]);

  const nodeProcesses = new Map<NodeRole, ChildProcess>();
  const startNode = (role: NodeRole): void => {
    const adapter = role === 'uplink' ? [] : ['--radio', radio];
    const child = children.start(
      role === 'run' ? 'node' : role,
      ['edge/cli.js', role, ...adapter, '--data-dir', edgeDir],
      {
        env: {
          PHAROS_AIR_LABEL: NODE_LABEL,
          PHAROS_HEALTH_EVERY_MS: '1000',
          ...(onAir && { PHAROS_AIR_SOCKET: air.socket }),
          ...nodeEnv,
        },
        ...(onAir && role !== 'uplink' && { nodeArgs: ['--import', join(dist, 'scripts/lab/preload.js')] }),
      },
    );
    nodeProcesses.set(role, child);
  };
  for (const role of nodeRoles) startNode(role);
  const world: World = {
    children,
    dataDir,
    radio,
    patience: options.patience,
    cloud: { url: cloud.http, token },
    sandboxUrl: sandbox.url,
    traceDir,
    airControl: onAir ? air.control : undefined,
    bundle,
    async killCloud() {
      if (cloudProcess !== undefined) await children.kill(cloudProcess);
    },
    async reviveCloud() {
      await startCloud({ PHAROS_HTTP_PORT: new URL(cloud.http).port, PHAROS_MQTT_PORT: new URL(cloud.mqtt).port });
    },
    async killNode(role) {
      const child = nodeProcesses.get(role);
      if (child !== undefined) await children.kill(child);
    },
    reviveNode: startNode,
    stop: () => children.stopAll(),
  };
  const { health } = await until(
    () => nodeOf(world),
    ({ health: now }) => now?.radio.onAir !== undefined,
    ON_AIR_WITHIN_MS * options.patience,
  );
  if (health?.radio.onAir === undefined) {
    throw new Error(words.notOnAir(join(dataDir, 'logs/node.log')));
  }
  say(words.onAir(NODE_ID, health.radio.onAir.hwid ?? '-', health.radio.onAir.dmMode));
  return world;
}

/** `port` if nobody listens there, else 0, which takes a free one. */
function portOrFree(port: number, words: DemoWords, say: (text: string) => void): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      say(words.portTaken(port));
      resolve(0);
    });
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(port)));
  });
}

/** The node as the cloud's registry shows it. */
export async function nodeOf({ cloud }: World): Promise<{ readonly health?: NodeHealth }> {
  const { nodes } = await call<{ nodes: { id: string; health?: NodeHealth }[] }>(`${cloud.url}/v1/nodes`, cloud);
  return nodes.find(({ id }) => id === NODE_ID) ?? {};
}

function chooseRadios({ radio, phoneRadio, language }: DemoOptions): { radio: string; phoneRadio: string } {
  const has = (name: string): boolean => existsSync(`/sys/class/bluetooth/${name}`);
  const chosen = radio ?? (has('hci0') && has('hci1') ? 'hci0' : 'virtual-air');
  if (chosen === 'virtual-air') return { radio: chosen, phoneRadio: chosen };
  const phone = phoneRadio ?? `hci${Number(chosen.slice(3)) + 1}`;
  for (const name of [chosen, phone]) {
    if (!has(name)) {
      throw new Error(DEMO_WORDS[language].noAdapter(name));
    }
  }
  return { radio: chosen, phoneRadio: phone };
}

/** Sets up the virtual air; what it refuses is a mistake of this file. */
async function tellAir(path: string, message: AirMessageInput): Promise<void> {
  const reply = await airControl(path, message);
  if (!reply.ok) throw new Error(`the air refused ${JSON.stringify(message)}: ${reply.reject.detail}`);
}
