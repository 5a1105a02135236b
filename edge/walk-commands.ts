import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { EdgeSettings } from './settings.ts';

/** What the commands below need of the program they belong to. */
export interface CommandSurroundings {
  readonly settingsOf: (command: Command) => EdgeSettings;
  /** Talk, to stderr. */
  readonly say: (text: string) => void;
}

const EXIT = { failed: 1, misuse: 2, notFound: 3, conflict: 5, radioUnavailable: 69, badConfiguration: 78 } as const;

/** Exit code of a file that cannot be worked with. */
const exitOf = (code: string): number =>
  code === 'file-missing' ? EXIT.notFound : code === 'file-exists' ? EXIT.conflict : EXIT.failed;

/** `walk record|replay|convert`. Each action loads what it needs itself. */
export function addWalkCommands(program: Command, around: CommandSurroundings): void {
  const walk = program.command('walk').description('record what this node hears, and play it again');
  walk
    .command('record')
    .description('write down what is heard until interrupted; addresses are replaced, payloads of strangers left out')
    .argument('<out>', 'the walk to write, e.g. door.walk.jsonl')
    .option('--seconds <n>', 'stop after this long')
    .option('--radio <name>', 'adapter to use: hci0, hci1, … or virtual-air (default: the first there is)')
    .action((out: string, options: RecordOptions, command: Command) => record(out, options, command, around));
  walk
    .command('replay')
    .description('tell what this node would have told: who entered and left, when and why')
    .argument('<walk>', 'a recorded walk')
    .option('--json', 'one JSON object a line')
    .option('--speed <n>', '1 as it was, 2 twice as fast (default: without waiting)')
    .action((file: string, options: ReplayOptions, command: Command) => replay(file, options, command, around));
  walk
    .command('convert')
    .description('make a walk of one receiver of a table: a row per 100 ms, a column per receiver, -100 not heard')
    .argument('<csv>', 'the table')
    .requiredOption('--receiver <name>', 'its column')
    .requiredOption('--out <walk>', 'the walk to write')
    .action((file: string, options: ConvertOptions) => convert(file, options, around));
}

interface RecordOptions {
  readonly seconds?: string;
  readonly radio?: string;
}

async function record(
  out: string,
  options: RecordOptions,
  command: Command,
  { settingsOf, say }: CommandSurroundings,
): Promise<void> {
  const settings = settingsOf(command);
  const seconds = options.seconds === undefined ? undefined : Number(options.seconds);
  if (seconds !== undefined && !(seconds > 0)) {
    return fail(say, `--seconds ${options.seconds} is not a time; use a number above 0`, EXIT.misuse);
  }
  const { openScanner, headerOf, recordWalk } = await import('./walk.ts');
  const { createMachine } = await import('./host/machine.ts');
  const { readBundle } = await import('./store/bundle-file.ts');
  const machine = createMachine();
  const scanner = openScanner(options.radio, settings.airSocket, machine.mono);
  if (!scanner.ok) return fail(say, scanner.reject.detail, EXIT.badConfiguration);
  const bundle = readBundle(settings.bundleFile);
  if (!bundle.ok) say(`${bundle.reject.detail}; no namespace is registered, so the walk keeps no payload at all`);
  const ending = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ending.abort());
  const asked = wait((seconds ?? FOREVER_S) * 1_000, undefined, { signal: ending.signal }).catch(() => undefined);
  say(`recording to ${out}${seconds === undefined ? ', until interrupted' : ` for ${seconds} s`}`);
  const header = headerOf(bundle.ok ? bundle.value : undefined, machine.wall(), settings.enterDbm);
  try {
    const recorded = await recordWalk(scanner.value, { out, header, mono: machine.mono, stop: asked });
    if (!recorded.ok) fail(say, recorded.reject.detail, exitOf(recorded.reject.code));
    else say(`${recorded.value.adverts} adverts in ${out}`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    fail(say, error.message, error.name === 'RadioUnavailable' ? EXIT.radioUnavailable : EXIT.failed);
  }
  // The radio's libraries keep their socket open.
  process.exit();
}

/** The longest a timer can wait: 24 days. */
const FOREVER_S = 2_147_483;

interface ReplayOptions {
  readonly json?: boolean;
  readonly speed?: string;
}

async function replay(
  file: string,
  options: ReplayOptions,
  command: Command,
  { settingsOf, say }: CommandSurroundings,
): Promise<void> {
  const settings = settingsOf(command);
  const speed = options.speed === undefined ? Number.POSITIVE_INFINITY : Number(options.speed);
  if (!(speed > 0)) return fail(say, `--speed ${options.speed} is not a speed; use a number above 0`, EXIT.misuse);
  const { readWalk } = await import('./walk.ts');
  const { renderTold, replayPresence } = await import('./walk-presence.ts');
  const { presencePolicyOf } = await import('./core/presence.ts');
  const { PRESENCE_POLICY } = await import('./core/thresholds.ts');
  const { createMachine } = await import('./host/machine.ts');
  const walk = readWalk(file);
  if (!walk.ok) return fail(say, walk.reject.detail, exitOf(walk.reject.code));
  if (walk.value.truncated) say(`${file} ends in the middle of a line, which is left out`);
  const enterDbm = settings.enterDbm ?? walk.value.header.node.enterDbm;
  const { present } = await replayPresence(walk.value, {
    policy: presencePolicyOf(PRESENCE_POLICY, { enterDbm, exitAfterMs: settings.exitAfterMs }),
    speed,
    mono: createMachine().mono,
    tell: (event) => process.stdout.write(`${options.json === true ? JSON.stringify(event) : renderTold(event)}\n`),
  });
  if (present > 0) say(`tags still present when the walk ended: ${present}`);
}

interface ConvertOptions {
  readonly receiver: string;
  readonly out: string;
}

async function convert(file: string, { receiver, out }: ConvertOptions, { say }: CommandSurroundings): Promise<void> {
  const { convertTable } = await import('./walk.ts');
  const converted = convertTable(file, receiver, out);
  if (!converted.ok) return fail(say, converted.reject.detail, exitOf(converted.reject.code));
  say(`${converted.value.adverts} adverts in ${out}`);
}

function fail(say: (text: string) => void, why: string, exitCode: number): void {
  say(why);
  process.exitCode = exitCode;
}
