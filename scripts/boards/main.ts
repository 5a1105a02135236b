import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { applySettings, revertSettings } from './apply.ts';
import { boardOfModel, settingsOf } from './board.ts';
import { readBoards, readModel } from './read.ts';

/**
 * The part of install-node.sh that knows boards: `main.js apply|revert --boards FOLDER [--root /] [--usb-dongle] [--dry-run]`.
 * Talk goes to stderr; units to enable to stdout, one a line, because only the installer touches services.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    root: { type: 'string', default: '/' },
    boards: { type: 'string' },
    model: { type: 'string' },
    'usb-dongle': { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
  },
});
const say = (text: string): void => void process.stderr.write(`pharos: ${text}\n`);
const target = { root: values.root, dryRun: values['dry-run'], say };

if (positionals[0] === 'revert') {
  revertSettings(target);
} else if (positionals[0] === 'apply' && values.boards !== undefined) {
  const boards = readBoards(values.boards);
  const model = values.model ?? readModel(values.root);
  const key = boardOfModel(model, boards);
  const { settings, advice } = settingsOf(values['usb-dongle'] ? [key, 'usb-dongle-only'] : [key], boards);
  say(`this is ${model ?? 'no Raspberry Pi'}: settings of ${join(values.boards, `${key}.yaml`)}`);
  const { changed } = applySettings(settings, target);
  // Who installs again has read it.
  if (changed) for (const { what, why } of advice) say(`advice: ${what} (${why})`);
  for (const setting of settings) if (setting.kind === 'unit') process.stdout.write(`${setting.enable}\n`);
} else {
  say('use: apply --boards FOLDER, or revert');
  process.exitCode = 2;
}
