import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type DemoOptions, HELP, readDemoOptions } from './options.ts';
import { sendPasserBy } from './passer-by.ts';
import { startWorld } from './world.ts';

/** `./scripts/start`: the whole product on one machine, and a passer-by who gets a coupon. */
const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(): Promise<number> {
  const options = readDemoOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const dataDir = options.once && options.dataDir === undefined ? undefined : resolve(options.dataDir ?? './data');
  if (dataDir !== undefined) return await run(options, dataDir);
  const fresh = mkdtempSync(join(tmpdir(), 'pharos-'));
  try {
    return await run(options, fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

async function run(options: DemoOptions, dataDir: string): Promise<number> {
  mkdirSync(dataDir, { recursive: true });
  const told = waitForSignal();
  const world = await startWorld(options, dataDir, say);
  try {
    say('\nA passer-by comes along the street …');
    const { journey, eventId, stoppedBy } = await sendPasserBy(world);
    if (stoppedBy === undefined)
      say(`\nThe coupon ${journey.couponCode} arrived ${journey.totalMs} ms after the advert.`);
    else say(`\nNo coupon arrived: ${stoppedBy}`);
    if (options.once) {
      process.stdout.write(`${JSON.stringify(journey)}\n`);
      return journey.couponCode === null ? 1 : 0;
    }
    const where = options.dataDir === undefined ? '' : `PHAROS_DATA_DIR=${dataDir} `;
    say(`
Try:
  ${where}./scripts/pharos explain ${eventId ?? '<event>'}     why this person got a message
  ${where}./scripts/pharos sandbox walk                     send another passer-by
  ${where}./scripts/pharos node list                        what the node says of itself
Everything stays up until Ctrl-C; logs and HCI traces are in ${dataDir}.`);
    await told;
    say('\nstopping');
    return 0;
  } finally {
    await world.stop();
  }
}

function waitForSignal(): Promise<void> {
  return new Promise((done) => {
    process.once('SIGINT', () => done());
    process.once('SIGTERM', () => done());
  });
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(`start: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
