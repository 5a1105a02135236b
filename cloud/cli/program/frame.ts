import type { Command } from 'commander';
import type { IBeaconOptions, LineSecureOptions, LineSimpleOptions } from '../commands/frame-encode.ts';
import type { RunCommand } from './run.ts';

/** `pharos frame …` */
export function addFrameCommands(program: Command, run: RunCommand): void {
  const frame = program.command('frame').description('beacon frames, offline');
  frame
    .command('decode')
    .description('what an advert says')
    .argument('<hex...>', 'the whole advertising payload')
    .option('--secure', "take a LINE frame for a secure one; the bytes don't tell")
    .action((words: string[], options: { secure?: boolean }, command: Command) =>
      run(command, async (shell) => (await import('../commands/frame-decode.ts')).frameDecode(shell, words, options)),
    );
  const encode = frame.command('encode').description('make an advertising payload');
  encode
    .command('line-simple')
    .description('LINE Simple Beacon')
    .requiredOption('--hwid <hwid>', 'hardware id, 10 hex digits')
    .requiredOption('--dm <hex>', 'device message, 1 to 13 bytes')
    .action((options: LineSimpleOptions, command: Command) =>
      run(command, async (shell) =>
        (await import('../commands/frame-encode.ts')).encodeLineSimpleFrame(shell, options),
      ),
    );
  encode
    .command('ibeacon')
    .description('iBeacon')
    .requiredOption('--uuid <uuid>', 'proximity UUID')
    .requiredOption('--major <n>', '0 to 65535')
    .requiredOption('--minor <n>', '0 to 65535')
    .option('--measured-power <dbm>', 'RSSI at one metre', '-59')
    .action((options: IBeaconOptions, command: Command) =>
      run(command, async (shell) => (await import('../commands/frame-encode.ts')).encodeIBeaconFrame(shell, options)),
    );
  encode
    .command('line-secure')
    .description('LINE Beacon of an approved device')
    .requiredOption('--hwid <hwid>', 'hardware id, 10 hex digits')
    .requiredOption('--timestamp <n>', 'count of 15 s steps since the first power-on')
    .requiredOption('--vendor-key <hex>', '4 bytes')
    .requiredOption('--lot-key <hex>', '8 bytes')
    .option('--battery <n>', '0 unknown, 1 empty to 11 full', '0')
    .option('--measured-power <dbm>', 'RSSI at one metre')
    .action((options: LineSecureOptions, command: Command) =>
      run(command, async (shell) =>
        (await import('../commands/frame-encode.ts')).encodeLineSecureFrame(shell, options),
      ),
    );
}
