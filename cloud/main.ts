#!/usr/bin/env node
import { Command, Option } from 'commander';
import { Problem } from './core/problem.ts';
import { readSettings, SETTINGS, type SettingName } from './settings.ts';

/** `pharos-cloud`: the service. Exit 0 done, 1 failed, 2 misuse, 78 bad configuration. */
const EXIT = { failed: 1, misuse: 2, configuration: 78 } as const;

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
    const settings = settingsFrom(options);
    const { startCloud } = await import('./app.ts');
    const cloud = await startCloud(settings);
    const line = { ready: true, http: cloud.httpUrl, mqtt: cloud.mqttUrl, dataDir: settings.PHAROS_DATA_DIR };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    const stop = (): void => {
      void cloud.stop().then(() => process.exit(0));
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  });

program
  .command('migrate')
  .description('bring the database to the schema of this version')
  .option('--data-dir <value>', SETTINGS.PHAROS_DATA_DIR.help)
  .action(async ({ dataDir }: { dataDir?: string }) => {
    const [{ openDataDir }, { openSqlite, migrate }] = await Promise.all([
      import('./data-dir.ts'),
      import('./store/database.ts'),
    ]);
    const path = openDataDir(dataDir ?? process.env['PHAROS_DATA_DIR'] ?? './data', undefined).databasePath;
    const db = openSqlite(path);
    const ran = await migrate(db);
    await db.destroy();
    process.stdout.write(ran.length === 0 ? 'up to date\n' : `${ran.join('\n')}\n`);
  });

program.parseAsync().catch((error: unknown) => {
  if (error instanceof Problem) {
    const lines = [error.message, error.where && `where: ${error.where}`, error.remedy && `remedy: ${error.remedy}`];
    process.stderr.write(`pharos-cloud: ${lines.filter(Boolean).join('\n  ')}\n`);
    process.exit(EXIT.configuration);
  }
  const busy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  process.stderr.write(`pharos-cloud: ${error instanceof Error ? error.message : String(error)}\n`);
  if (busy) process.stderr.write('  remedy: another program listens there; choose another port or 0\n');
  process.exit(EXIT.failed);
});
