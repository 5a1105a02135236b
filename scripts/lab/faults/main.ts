import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toHex } from '../../../protocol/bytes.ts';
import { encodeIBeacon } from '../../../protocol/frames/ibeacon.ts';
import { ProximityUuid } from '../../../protocol/ids.ts';
import { sampleBundle } from '../../../protocol/lab/sample-bundle.ts';
import { measuredPowerDbm } from '../../../protocol/units.ts';
import { type KernelAir, plugIn } from './kernel-air.ts';
import { startParent } from './parent.ts';
import { type Phone, startPhone } from './phone.ts';

/**
 * Breaks the radio of the built node in every way the kernel allows and measures how long it takes until a phone hears
 * the node again and the node senses a tag again. One JSON line a fault on stdout; status 1 where one took too long.
 *
 *     faults OUTDIR [--long]      in the kernel lab's guest only: needs root, /dev/vhci, hciconfig, hcitool, btmgmt
 */
const [outDir = '/tmp', ...flags] = process.argv.slice(2);
const isLong = flags.includes('--long');

const TOO_LONG_MS = 60_000;
const RESTART_AFTER_MS = 2_000;
/** The rights systemd/pharos-radio.service gives: no root, and of all capabilities these two. */
const NOBODY = 65_534;
const RIGHTS = '-all,+net_raw,+net_admin';
const AS_INSTALLED = [
  'setpriv',
  ...['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups', '--no-new-privs'],
  ...['--inh-caps', RIGHTS, '--ambient-caps', RIGHTS, '--bounding-set', RIGHTS],
];
const [UNIX, CTL, DATA] = ['/run/air.sock', '/run/air.ctl', '/mnt/pharos'];
const EDGE = fileURLToPath(new URL('../../../edge/cli.js', import.meta.url));
const HOLDER = fileURLToPath(new URL('./holder.js', import.meta.url));
const TAGS = ProximityUuid.parse('f7826da6-4fa2-4e98-8024-bc5b71e0893e');
const BUNDLE = sampleBundle({ storeId: 'lab', tagNamespaces: [TAGS] });

interface Fault {
  readonly name: string;
  /** Resolves when the fault is over, or at once where it does not end by itself: recovery is measured from then. */
  readonly strike: () => Promise<void> | void;
  /** What "status" must then give as the reason of the last recovery; asking costs seconds here. */
  readonly reason?: string;
  /** Looked at when the node has recovered. */
  readonly afterwards?: () => Promise<void>;
  /** What the node must have told on leaving. */
  readonly lastWords?: RegExp;
  /** The controller may go on sending meanwhile, so only what is heard after the node says it is on air counts. */
  readonly leavesAir?: boolean;
  readonly longOnly?: boolean;
}

let tag = 0;
let lastWords = '';
let onAirSaidAt = Number.NEGATIVE_INFINITY;
const sensed = new Map<number, number>();

async function plug(): Promise<{ readonly air: KernelAir; readonly phone: Phone }> {
  const air = await plugIn(UNIX, CTL, join(outDir, `air-${tag}.btsnoop`));
  return { air, phone: startPhone(UNIX, BUNDLE.hwid) };
}

/** A tag nobody has met before comes near, so sensing it is news. */
async function bringTag(): Promise<number> {
  tag += 1;
  const payload = toHex(encodeIBeacon({ uuid: TAGS, major: 3, minor: tag, measuredPower: measuredPowerDbm(-59) }));
  await lab.air.tell({ phantoms: { count: 1, intervalMs: 200, payload, rssi: -60 } });
  return tag;
}

const hci = (program: string, ...args: readonly string[]): void =>
  void execFileSync(program, args, { stdio: 'ignore' });
const adapter = (): string => {
  const found = /^(hci\d+)/m.exec(execFileSync('hciconfig', [], { encoding: 'utf8' }))?.[1];
  if (found === undefined) throw new Error('the kernel has no adapter');
  return found;
};
/** LE commands of another program, by their number in the group. */
const foreign = (command: string, ...params: readonly string[]): void =>
  hci('hcitool', '-i', adapter(), 'cmd', '0x08', command, ...params);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what: string, check: () => boolean): Promise<void> {
  const deadline = performance.now() + TOO_LONG_MS;
  while (!check()) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${TOO_LONG_MS / 1_000} s`);
    await pause(50);
  }
}

mkdirSync(DATA, { recursive: true });
writeFileSync(join(DATA, 'node.json'), JSON.stringify(BUNDLE), { mode: 0o600 });
for (const path of [DATA, join(DATA, 'node.json')]) chownSync(path, NOBODY, NOBODY);
let lab = await plug();
const node = startParent({
  command: [...AS_INSTALLED, process.execPath, EDGE, 'radio', '--radio', lab.air.address, '--data-dir', DATA],
  env: { ...process.env, PHAROS_CLOCK: 'synced', PHAROS_HEALTH_EVERY_MS: '1000' },
  restartAfterMs: RESTART_AFTER_MS,
  onLine(line) {
    appendFileSync(join(outDir, 'node.log'), `${Math.round(performance.now())} ${line}\n`);
    if (line.startsWith('pharos-edge: ')) lastWords = line;
    const entry = parseLine(line);
    if (entry.msg === 'on air') onAirSaidAt = performance.now();
    if (entry.msg === 'presence' && entry.type === 'enter') sensed.set(entry.minor ?? -1, performance.now());
  },
});

function parseLine(line: string): { msg?: string; type?: string; minor?: number } {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

/** A program that takes the adapter for itself when told, and lets go of it when ended. */
async function holder(): Promise<{ hold(): Promise<void>; end(): void }> {
  const child = spawn(process.execPath, [HOLDER, adapter().slice(3)], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await until('the holder is ready', () => said.includes('ready'));
  return {
    async hold() {
      child.stdin.write('now\n');
      await until('the holder holds the adapter', () => said.includes('held'));
    },
    end: () => void child.kill('SIGKILL'),
  };
}

/** Waits for the node to end with the code that asks for a new process. */
async function leaves(): Promise<void> {
  const before = node.ends.length;
  await until('the node leaves', () => node.ends.length > before);
  if (node.ends.at(-1) !== 69) throw new Error(`the node ended with ${node.ends.at(-1)}, not 69`);
}

/** What fails of the doctor's checks, first to last. Something always does: this lab has no broker. */
async function diagnose(): Promise<readonly string[]> {
  const child = spawn(process.execPath, [EDGE, 'doctor', '--json', '--data-dir', DATA], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PHAROS_CLOCK: 'synced', PHAROS_HEALTH_EVERY_MS: '5000' },
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 1) throw new Error(`the doctor ended with ${code}, though something fails`);
  const { checks } = JSON.parse(said) as { checks: { name: string; status: string; finding: string }[] };
  appendFileSync(join(outDir, 'doctor.jsonl'), said);
  return checks.filter(({ status }) => status === 'fail').map(({ name }) => name);
}

async function expectFirst(expected: string): Promise<void> {
  const [first = 'nothing'] = await diagnose();
  process.stdout.write(`${JSON.stringify({ doctor: expected, first })}\n`);
  if (first !== expected) throw new Error(`the doctor names ${first} first, not ${expected}`);
}

/** The kernel's own switch of the adapter, as the program rfkill sets it. */
function block(isBlocked: boolean): void {
  const folder = `/sys/class/bluetooth/${adapter()}`;
  const name = readdirSync(folder).find((entry) => entry.startsWith('rfkill'));
  writeFileSync(join(folder, name ?? 'rfkill0', 'soft'), isBlocked ? '1' : '0');
}

const FAULTS: readonly Fault[] = [
  {
    name: 'start',
    strike: () => undefined,
    async afterwards() {
      const failing = await diagnose();
      process.stdout.write(`${JSON.stringify({ doctor: 'well', failing })}\n`);
      // Nobody listens where the bundle says the broker is, and no uplink runs; all else is well.
      const expected = ['broker-port', 'uplink-daemon'];
      if (failing.join() !== expected.join()) throw new Error(`the doctor of a node that is well finds ${failing}`);
    },
  },
  { name: 'hciconfig reset', strike: () => hci('hciconfig', adapter(), 'reset') },
  { name: 'foreign scan disable', strike: () => foreign('0x000c', '00', '00') },
  { name: 'foreign advertise disable', strike: () => foreign('0x000a', '00') },
  { name: 'controller forgets everything', strike: () => lab.air.tell({ forget: lab.air.address }) },
  { name: 'kill -9', strike: () => node.signal('SIGKILL'), reason: 'killed', leavesAir: true },
  {
    name: 'unplug, plug in again',
    reason: 'adapter-gone',
    leavesAir: true,
    async strike() {
      const left = leaves();
      lab.phone.close();
      await lab.air.unplug();
      await left;
      lab = await plug();
    },
  },
  {
    name: 'hang until the node leaves',
    reason: 'no-answer',
    leavesAir: true,
    async strike() {
      const left = leaves();
      await lab.air.tell({ hang: lab.air.address });
      await left;
      await lab.air.tell({ unhang: lab.air.address });
    },
  },
  {
    name: 'another program holds the adapter',
    lastWords: /another program holds it for itself/,
    leavesAir: true,
    async strike() {
      const rival = await holder();
      const before = node.ends.length;
      node.signal('SIGKILL');
      await until('the node is killed', () => node.ends.length > before);
      hci('hciconfig', adapter(), 'down');
      await rival.hold();
      await Promise.all([leaves(), expectFirst('adapter-free')]);
      rival.end();
    },
    longOnly: true,
  },
  {
    name: 'hciconfig down, then blocked by rfkill',
    leavesAir: true,
    async strike() {
      // Held still, or it has switched the adapter on again before a slow doctor looks.
      node.signal('SIGSTOP');
      hci('hciconfig', adapter(), 'down');
      await expectFirst('adapter-power');
      block(true);
      node.signal('SIGCONT');
      await expectFirst('rfkill');
      block(false);
    },
  },
  {
    name: 'btmgmt find',
    async strike() {
      // Ends after the ten seconds a discovery takes, or is ended where the tool cannot do without a terminal.
      spawnSync('btmgmt', ['--index', adapter().slice(3), 'find', '-l'], { timeout: 12_000, stdio: 'ignore' });
      await pause(100);
    },
    longOnly: true,
  },
];

function statusReason(): string | undefined {
  const report = execFileSync(process.execPath, [EDGE, 'status', '--json', '--data-dir', DATA], { encoding: 'utf8' });
  const { radio } = JSON.parse(report) as { radio?: { recovery?: { reason: string } } };
  return radio?.recovery?.reason;
}

const seconds = (ms: number): number => Math.round(ms / 100) / 10;

async function run(fault: Fault): Promise<void> {
  const { name, strike, reason, leavesAir } = fault;
  const struckAt = performance.now();
  await strike();
  const overAt = performance.now();
  const minor = await bringTag();
  if (leavesAir === true) await until(`${name}: the node says it is on air`, () => onAirSaidAt > struckAt);
  const hearsFrom = leavesAir === true ? Math.max(overAt, onAirSaidAt) : overAt;
  await until(`${name}: the phone hears the node`, () => lab.phone.lastHeardMs() > hearsFrom);
  const heardAt = lab.phone.lastHeardMs();
  await until(`${name}: the node senses the tag`, () => sensed.has(minor));
  const row = {
    fault: name,
    lastedS: seconds(overAt - struckAt),
    onAirAfterS: seconds(heardAt - overAt),
    sensesAfterS: seconds((sensed.get(minor) ?? 0) - overAt),
  };
  const told = reason === undefined ? undefined : statusReason();
  process.stdout.write(`${JSON.stringify({ ...row, ...(told === undefined ? {} : { reason: told }) })}\n`);
  if (fault.lastWords?.test(lastWords) === false) throw new Error(`${name}: the node left with "${lastWords}"`);
  if (told !== reason) throw new Error(`${name}: status tells "${told}" instead of "${reason}"`);
  await fault.afterwards?.();
}

let failed = false;
for (const fault of FAULTS.filter(({ longOnly }) => isLong || longOnly !== true)) {
  try {
    await run(fault);
  } catch (error) {
    failed = true;
    process.stdout.write(`${JSON.stringify({ fault: fault.name, failed: String(error) })}\n`);
    break;
  }
}

const askedAt = performance.now();
const end = await node.stop('SIGTERM');
const endedAfterMs = performance.now() - askedAt;
const lastHeard = lab.phone.lastHeardMs();
await pause(1_000);
const isSilent = lab.phone.lastHeardMs() === lastHeard;
process.stdout.write(`${JSON.stringify({ fault: 'SIGTERM', end, endedAfterS: seconds(endedAfterMs), isSilent })}\n`);
await lab.air.unplug();
process.exit(failed || end !== 0 || !isSilent ? 1 : 0);
