import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { z } from 'zod';
import { errorMessage } from '../../protocol/error-message.ts';
import { Faults } from './platform/faults.ts';

const LOOK_EVERY_MS = 250;

/**
 * Sets the faults in `file`, now and whenever it changes. Throws where it cannot be read the first time; later a file
 * that makes no sense is named on stderr and changes nothing, since somebody may be in the middle of writing it.
 */
export function followFaults(file: string, set: (faults: Faults) => void): { close(): void } {
  set(readFaults(file));
  const look = (): void => {
    try {
      set(readFaults(file));
    } catch (error) {
      process.stderr.write(`sandbox: ${errorMessage(error)}\n`);
    }
  };
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, look);
  return { close: () => unwatchFile(file, look) };
}

function readFaults(file: string): Faults {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`the faults in ${file} cannot be read: ${errorMessage(error)}`);
  }
  const parsed = Faults.safeParse(json);
  if (!parsed.success) throw new Error(`the faults in ${file} make no sense: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
