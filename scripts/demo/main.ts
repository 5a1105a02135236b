import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { errorMessage } from '../../protocol/error-message.ts';
import { takeDataFolder } from './data-folder.ts';
import { type DemoOptions, readDemoOptions } from './options.ts';
import { type Outcome, sendPasserBy } from './passer-by.ts';
import { whyNot } from './why-not.ts';
import { DEMO_WORDS, languageOf } from './words.ts';
import { startWorld, type World } from './world.ts';

/** `./scripts/start`: the whole product on one machine, and a passer-by who gets a coupon. */
const EXIT = { done: 0, noCoupon: 1, failed: 1, misuse: 2, interrupted: 130 } as const;

/** A brisk walk: near enough for long enough, and nobody has to wait. */
const BRISK = { approachMs: 1_500, pauseMs: 1_000, leaveMs: 700 };

const words = DEMO_WORDS[languageOf(process.argv.slice(2), process.env)];
const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(): Promise<number> {
  let options: DemoOptions | 'help';
  try {
    options = readDemoOptions(process.argv.slice(2), process.env, words);
  } catch (error) {
    say(`start: ${errorMessage(error)}\n\n${words.help}`);
    return EXIT.misuse;
  }
  if (options === 'help') {
    process.stdout.write(words.help);
    return EXIT.done;
  }
  if (!options.once || options.dataDir !== undefined) return await run(options, resolve(options.dataDir ?? './data'));
  const fresh = mkdtempSync(join(tmpdir(), 'pharos-'));
  try {
    return await run(options, fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

async function run(options: DemoOptions, dataDir: string): Promise<number> {
  const release = takeDataFolder(dataDir, words);
  const { signal, abort } = interrupted();
  const ending = Promise.withResolvers<number>();
  signal.addEventListener('abort', () => {
    say(`\n${words.stopping}`);
    ending.resolve(EXIT.done);
  });
  let maimed = false;
  const onDeath = (name: string, how: string): void => {
    maimed = true;
    say(`\n${words.ended(name, how, join(dataDir, 'logs', `${name}.log`))}`);
    ending.resolve(EXIT.failed);
  };
  let world: World | undefined;
  try {
    world = await startWorld(options, dataDir, say, { onDeath, signal });
    say(`\n${words.comes}`);
    const outcome = await sendPasserBy(world, BRISK);
    await tell(options, world, outcome);
    if (options.once) {
      process.stdout.write(`${JSON.stringify(outcome.journey)}\n`);
      return outcome.journey.couponCode === null ? EXIT.noCoupon : EXIT.done;
    }
    if (!maimed) suggest(options, dataDir, outcome);
    return await ending.promise;
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    abort();
    await world?.stop();
    release();
  }
}

/** A signal that fires at Ctrl-C or SIGTERM, once. */
function interrupted(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return {
    signal: controller.signal,
    abort: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}

async function tell({ language }: DemoOptions, world: World, outcome: Outcome): Promise<void> {
  const { journey, stoppedBy } = outcome;
  if (stoppedBy === undefined) say(`\n${words.arrived(journey.couponCode ?? '', journey.totalMs ?? 0)}`);
  else say(`\n${words.stopped(await whyNot(world, outcome, words, language))}`);
}

function suggest({ dataDir: named }: DemoOptions, dataDir: string, { eventId, userId }: Outcome): void {
  const where = named === undefined ? '' : `PHAROS_DATA_DIR='${dataDir}' `;
  const { suggestions } = words;
  const lines = [
    [`explain ${eventId ?? '<event-id>'}`, suggestions.explain],
    ['sandbox walk', suggestions.walk],
    [`sandbox say ${userId} 夏日冰品`, suggestions.gift],
    [`sandbox say ${userId} 會員`, suggestions.club],
    ['sandbox story food-court', suggestions.story],
    ['node list', suggestions.nodes],
  ].map(([command = '', what = '']) => `  ${where}./scripts/pharos ${command.padEnd(52)} # ${what}`);
  say(`\n${words.tryThese}\n${lines.join('\n')}\n${words.staysUp(dataDir)}`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(`start: ${errorMessage(error)}`);
    process.exit(EXIT.failed);
  },
);
