#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { own } from '../protocol/own.ts';
import { addAdvertsBench } from './bench/adverts/command.ts';
import { addDrainBench } from './bench/drain/command.ts';
import { addMemoryBench } from './bench/memory/command.ts';
import { addOutboxBench } from './bench/outbox/command.ts';
import { addPresenceBench } from './bench/presence/command.ts';
import { describeSettings, type EdgeSettings, readSettings } from './settings.ts';
import { addWalkCommands } from './walk-commands.ts';

/**
 * Exit codes people and service managers rely on. `radioUnavailable` (EX_UNAVAILABLE): the adapter is not there, or only a
 * new process can revive it, so a service manager should start this one again; its reason is in "pharos-edge status".
 * `startAgain` (EX_TEMPFAIL): the cloud asked for new processes.
 */
const EXIT = { done: 0, failed: 1, misuse: 2, radioUnavailable: 69, startAgain: 75, badConfiguration: 78 } as const;

const EXIT_OF_ERROR: Readonly<Record<string, number>> = {
  Misconfigured: EXIT.badConfiguration,
  RadioUnavailable: EXIT.radioUnavailable,
  RestartAsked: EXIT.startAgain,
  Decommissioned: EXIT.badConfiguration,
};

// Whoever reads only the first lines, like head, has what they wanted.
process.stdout.on('error', (error) =>
  process.exit('code' in error && error.code === 'EPIPE' ? EXIT.done : EXIT.failed),
);

/** Data goes to stdout, talk to stderr. */
const say = (text: string): void => void process.stderr.write(`pharos-edge: ${text}\n`);

function settingsOf(command: Command): EdgeSettings {
  const { dataDir, profile } = command.optsWithGlobals<{ dataDir?: string; profile?: string }>();
  const settings = readSettings(process.env, { dataDir, profile });
  if (settings.ok) return settings.value;
  say(settings.reject.detail);
  process.exit(EXIT.badConfiguration);
}

// Each action loads what it needs itself, so that --help and a typing mistake answer at once.

async function runRoles(roles: readonly ('radio' | 'uplink')[], command: Command): Promise<void> {
  const { startNode } = await import('./run-daemon.ts');
  const { radio } = command.opts<{ radio?: string }>();
  const settings = settingsOf(command);
  // Asked to stop while starting: finish starting first, or there is nothing to switch off and the radio stays on air.
  const { promise: stopAsked, resolve: askStop } = Promise.withResolvers<void>();
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      isStopping = true;
      askStop();
    });
  }
  try {
    const node = await startNode(settings, roles, radio, () => isStopping);
    const failure = await Promise.race([stopAsked, node.failed]);
    await node.stop();
    if (failure?.name === 'RestartAsked') (await import('./host/relaunch.ts')).relaunch();
    if (failure?.name === 'Decommissioned') await wipe(settings);
    if (failure !== undefined) throw failure;
    process.exit(EXIT.done);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Asked to stop while waiting for an adapter: nothing is on air.
    if (isStopping && error.name === 'RadioUnavailable') process.exit(EXIT.done);
    say(error.message);
    process.exit(own(EXIT_OF_ERROR, error.name) ?? EXIT.failed);
  }
}

/** The node was told to forget itself. */
async function wipe(settings: EdgeSettings): Promise<void> {
  const { dataDir, bundleFile } = settings;
  const [{ markDecommissioned, wipeFiles }, { storePaths }, { asideFiles }] = await Promise.all([
    import('./decommission.ts'),
    import('./node-store.ts'),
    import('./store/broken-database.ts'),
  ]);
  const { diskPath, memoryPath } = storePaths(settings);
  const { CREDENTIALS_DIRECTORY: copies } = process.env;
  const isCopy = copies !== undefined && bundleFile.startsWith(copies);
  // A service's bundle is a copy; the service deletes the original. Asked for first: wiped without that, a node whose power
  // is cut would have its credentials, and no memory of the order.
  if (isCopy) markDecommissioned(dataDir);
  const left = wipeFiles({
    credentials: isCopy ? [] : [bundleFile],
    databases: [diskPath, memoryPath],
    others: asideFiles(diskPath),
  });
  if (left.length > 0) say(`could not delete ${left.join(', ')}; delete by hand`);
}

async function enroll(file: string, options: { readonly replace?: boolean }, command: Command): Promise<void> {
  const [{ readBundle, installBundle }, { clearDecommissioned }] = await Promise.all([
    import('./store/bundle-file.ts'),
    import('./decommission.ts'),
  ]);
  const { bundleFile, dataDir } = settingsOf(command);
  const bundle = readBundle(file);
  const installed = bundle.ok ? installBundle(bundleFile, bundle.value, { replace: options.replace === true }) : bundle;
  if (!bundle.ok || !installed.ok) {
    say(installed.ok ? '' : installed.reject.detail);
    process.exitCode = EXIT.failed;
    return;
  }
  clearDecommissioned(dataDir);
  const { nodeId, storeId } = bundle.value;
  const { startServices } = await import('./host/services.ts');
  const services = startServices(installed.value.path);
  const next = {
    'not-installed': 'start it with "pharos-edge run"',
    started: 'radio and uplink are starting; see "pharos-edge status"',
    failed: `its services did not start: ${services.kind === 'failed' ? services.detail : ''}; see "systemctl status pharos-radio"`,
  }[services.kind];
  say(`this machine is now node ${nodeId} of store ${storeId} (${installed.value.path}); ${next}`);
  if (services.kind === 'failed') process.exitCode = EXIT.failed;
}

async function status(options: { readonly json?: boolean }, command: Command): Promise<void> {
  const { readReport } = await import('./status.ts');
  const { renderReport } = await import('./status-screen.ts');
  const report = await readReport(settingsOf(command));
  process.stdout.write(`${options.json === true ? JSON.stringify(report) : renderReport(report)}\n`);
}

async function doctor(options: { readonly json?: boolean; readonly radio?: string }, command: Command): Promise<void> {
  const { diagnoseHere, hasFailure, renderDiagnosis } = await import('./doctor.ts');
  const checks = await diagnoseHere(settingsOf(command), options.radio);
  const isTerminal = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  const text = options.json === true ? JSON.stringify({ checks }) : renderDiagnosis(checks, isTerminal);
  process.stdout.write(`${text}\n`);
  // At once: the native socket does not survive an orderly end of the program.
  process.exit(hasFailure(checks) ? EXIT.failed : EXIT.done);
}

async function checkProfile(file: string): Promise<void> {
  const { readProfile } = await import('./store/broadcast-profile-file.ts');
  const read = readProfile(file);
  if (!read.ok) {
    process.stderr.write(`${read.reject.detail}\n`);
    process.exitCode = EXIT.badConfiguration;
    return;
  }
  const { frames, intervalMs } = read.value;
  say(`${file} is a good profile: ${frames.map(({ frame }) => frame).join(', ')} every ${intervalMs} ms`);
}

const program = new Command('pharos-edge')
  .description('The node in a shop: broadcasts LINE Beacon and iBeacon frames, hears tags, tells the cloud.')
  .option('--data-dir <folder>', 'folder of the node bundle and the outbox (PHAROS_DATA_DIR, ./data)')
  .addHelpText('after', `\n${describeSettings()}`)
  .exitOverride();

const RADIO_HELP = 'adapter to use: hci0, hci1, …, its address, or virtual-air (default: the first there is)';
const PROFILE_HELP = 'what to broadcast: a shipped profile or a file (PHAROS_PROFILE, line-and-ibeacon)';

program
  .command('run')
  .description('radio and uplink in one process')
  .option('--radio <name>', RADIO_HELP)
  .option('--profile <name|file>', PROFILE_HELP)
  .action((_options, command: Command) => runRoles(['radio', 'uplink'], command));
program
  .command('radio')
  .description('advertise and scan; events wait in the outbox')
  .option('--radio <name>', RADIO_HELP)
  .option('--profile <name|file>', PROFILE_HELP)
  .action((_options, command: Command) => runRoles(['radio'], command));
program
  .command('uplink')
  .description('carry the outbox to the cloud')
  .action((_options, command: Command) => runRoles(['uplink'], command));
program
  .command('enroll')
  .description('install the bundle "pharos node add" made for this machine')
  .argument('<file>', 'the node bundle')
  .option('--replace', 'let this machine become another node')
  .action(enroll);
program
  .command('doctor')
  .description('what is wrong with this node, and what to do; exit code 1 when something fails')
  .option('--json', 'as JSON')
  .option('--radio <name>', 'the adapter to look at (default: the one the node used last)')
  .action(doctor);
program.command('status').description('one screen about this node').option('--json', 'as JSON').action(status);
program
  .command('profile')
  .description('broadcast profiles')
  .command('check')
  .description('say whether a profile file can be used, and where its faults are')
  .argument('<file>', 'a YAML file like those in firmware-config/profiles')
  .action(checkProfile);
addWalkCommands(program, { settingsOf, say });
const bench = program.command('bench').description('measure this node');
addPresenceBench(bench, { say });
addAdvertsBench(bench, { say });
addOutboxBench(bench, { say });
addMemoryBench(bench, { say });
addDrainBench(bench, { say });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.misuse;
}
