import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorMessage } from '../../protocol/error-message.ts';
import type { DemoWords } from './words.ts';

/** Unix sockets live in the folder, and their paths have a limit that no error message of the system explains. */
const LONGEST_PATH = 90;

/**
 * Makes `path` a data folder of this process alone; returns how to let go of it. Throws a sentence where that cannot be.
 */
export function takeDataFolder(path: string, words: DemoWords): () => void {
  if (path.length > LONGEST_PATH) throw new Error(words.pathTooLong(path));
  try {
    makeFolder(path, words);
    accessSync(path, constants.W_OK);
  } catch (error) {
    const why = errorMessage(error);
    throw new Error(words.cannotKeep(path, why));
  }
  const pidFile = join(path, 'start.pid');
  const owner = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : Number.NaN;
  if (isAlive(owner)) {
    throw new Error(words.runsAlready(path, owner));
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return () => rmSync(pidFile, { force: true });
}

/** Part by part from above: a recursive mkdir never returns below a folder that only pretends to be one, such as /proc. */
function makeFolder(path: string, words: DemoWords): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw new Error(words.isFile);
    return;
  }
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent, words);
  mkdirSync(path, { mode: 0o700 });
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
