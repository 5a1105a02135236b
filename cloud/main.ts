#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { errorMessage } from '../protocol/error-message.ts';
import { addBench } from './bench/command.ts';
import { Problem } from './core/problem.ts';
import { readSettings, readSome, SETTINGS, type SettingName } from './settings.ts';

/** `pharos-cloud`: the service. Exit 0 done, 1 failed, 2 misuse, 3 not found, 4 not allowed, 5 conflict, 78 bad configuration. */
const EXIT = { failed: 1, misuse: 2, not_found: 3, not_allowed: 4, conflict: 5, invalid: 78 } as const;

/**
 * Well inside what systemd and container runtimes grant, and beyond the longest call to LINE (5.5 s), beside which all
 * else ends; what is cut then is in the database and taken up again.
 */
const STOP_WITHIN_MS = 8_000;

/**
 * Resolves at the first SIGTERM or SIGINT, which may come during the start: that is then finished first. Later ones
 * change nothing, for one Ctrl-C may arrive twice, from the terminal and from whoever started us.
 */
const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    let told = false;
    const hear = (): void => {
      if (told) return;
      told = true;
      setTimeout(() => fail(new Error('could not finish what was in hand in time')), STOP_WITHIN_MS).unref();
      resolve();
    };
    process.on('SIGTERM', hear);
    process.on('SIGINT', hear);
  });

// Whatever we make is for our own eyes: the database, its log, secrets, certificates.
process.umask(0o077);

const flagOf = (name: string): string =>
  name
    .replace(/^PHAROS_/, '')
    .toLowerCase()
    .replaceAll('_', '-');

function withSettings(command: Command): Command {
  for (const [name, setting] of Object.entries(SETTINGS)) {
    if ('secret' in setting) continue;
    command.addOption(new Option(`--${flagOf(name)} <value>`, `${setting.help} [${name}]`));
  }
  return command;
}

/** Commander's camelCase options back to the names of the settings. */
function settingsFrom(options: Readonly<Record<string, string>>) {
  const flags: Partial<Record<SettingName, string>> = {};
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const camel = flagOf(name).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const value = options[camel];
    if (value !== undefined) flags[name] = value;
  }
  return readSettings(process.env, flags);
}

const program = new Command('pharos-cloud')
  .description('Hears from LINE and from the nodes, decides, and delivers coupons.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT.misuse));

withSettings(program.command('run'))
  .description('run the service until it is told to stop')
  .action(async (options: Record<string, string>) => {
    const told = stopSignal();
    const settings = settingsFrom(options);
    const { startCloud } = await import('./app.ts');
    const cloud = await startCloud(settings);
    const line = { ready: true, http: cloud.httpUrl, mqtt: cloud.mqttUrl, dataDir: settings.PHAROS_DATA_DIR };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    await told;
    await cloud.stop();
    process.exit(0);
  });

program
  .command('migrate')
  .description('bring the database to the schema of this version')
  .option('--data-dir <value>', SETTINGS.PHAROS_DATA_DIR.help)
  .action(async ({ dataDir }: { dataDir?: string }) => {
    const place = dataPlace(dataDir);
    const [{ openVaultDir }, { openDatabase, migrate }] = await Promise.all([
      import('./data-dir.ts'),
      import('./store/database.ts'),
    ]);
    const isNew = place.databaseUrl === undefined && !existsSync(join(place.dataDir, 'pharos.sqlite'));
    if (isNew) process.stderr.write(`pharos-cloud: there was no database in ${place.dataDir}; making a new one\n`);
    const db = await openDatabase(place.databaseUrl ?? openVaultDir(place.dataDir).databasePath);
    const ran = await migrate(db);
    await db.destroy();
    process.stdout.write(ran.length === 0 ? 'up to date\n' : `${ran.join('\n')}\n`);
  });

program
  .command('backup')
  .description('write all data into one file, while the service runs')
  .requiredOption('--out <file>', 'the file to make')
  .option('--with-keys', 'put the vault key into it too: one file is then enough to restore, and to read everything')
  .option('--data-dir <value>', SETTINGS.PHAROS_DATA_DIR.help)
  .action(async ({ out, withKeys, dataDir }: { out: string; withKeys?: true; dataDir?: string }) => {
    const { backup } = await import('./backup-commands.ts');
    tell(await backup(dataPlace(dataDir), out, withKeys === true, Date.now()));
  });

program
  .command('restore')
  .description('put a backup in the place of an empty database, SQLite or PostgreSQL whichever it was taken from')
  .argument('<file>', 'what `backup` wrote')
  .option('--into <target>', 'a data folder, or postgres://… (default: what the settings name)')
  .addOption(new Option('--data-dir <folder>', 'the same as --into').conflicts('into'))
  .option('--yes', 'replace what the database holds')
  .action(async (file: string, { into, dataDir, yes }: { into?: string; dataDir?: string; yes?: true }) => {
    const { restore } = await import('./backup-commands.ts');
    tell(await restore(restorePlace(into ?? dataDir), file, yes === true));
  });

const tell = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

/** A folder named on the command line is meant with the database in it. */
function restorePlace(into: string | undefined) {
  if (into === undefined) return dataPlace(undefined);
  if (!into.includes('://')) return { dataDir: into };
  const { PHAROS_DATABASE_URL } = readSome(['PHAROS_DATABASE_URL'], { PHAROS_DATABASE_URL: into });
  return { ...dataPlace(undefined), databaseUrl: PHAROS_DATABASE_URL };
}

function dataPlace(dataDir: string | undefined) {
  const flags = dataDir === undefined ? {} : { PHAROS_DATA_DIR: dataDir };
  const settings = readSome(['PHAROS_DATA_DIR', 'PHAROS_DATABASE_URL'], process.env, flags);
  return { dataDir: settings.PHAROS_DATA_DIR, databaseUrl: settings.PHAROS_DATABASE_URL };
}

addBench(program);

program.parseAsync().catch(fail);

function fail(error: unknown): never {
  if (error instanceof Problem) {
    const lines = [error.message, error.where && `where: ${error.where}`, error.remedy && `remedy: ${error.remedy}`];
    process.stderr.write(`pharos-cloud: ${lines.filter(Boolean).join('\n  ')}\n`);
    process.exit(EXIT[error.kind]);
  }
  const busy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  process.stderr.write(`pharos-cloud: ${errorMessage(error)}\n`);
  if (busy) process.stderr.write('  remedy: another program listens there; choose another port or 0\n');
  process.exit(EXIT.failed);
}
