import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorMessage } from '../../protocol/error-message.ts';

/** Unix sockets live in the folder, and their paths have a limit that no error message of the system explains. */
const LONGEST_PATH = 90;

/**
 * Makes `path` a data folder of this process alone; returns how to let go of it. Throws a sentence where that cannot be.
 */
export function takeDataFolder(path: string): () => void {
  if (path.length > LONGEST_PATH) throw new Error(`the data folder's path is too long for a socket: ${path}`);
  try {
    makeFolder(path);
    accessSync(path, constants.W_OK);
  } catch (error) {
    const why = errorMessage(error);
    throw new Error(`cannot keep data in ${path} (${why}); name another folder with --data-dir`);
  }
  const pidFile = join(path, 'start.pid');
  const owner = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : Number.NaN;
  if (isAlive(owner)) {
    throw new Error(`./scripts/start already runs on ${path} (process ${owner}); stop it, or name another --data-dir`);
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return () => rmSync(pidFile, { force: true });
}

/** Part by part from above: a recursive mkdir never returns below a folder that only pretends to be one, such as /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw new Error('it is a file');
    return;
  }
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
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
