import { statSync } from 'node:fs';
import Database from 'better-sqlite3';

/** What a disk does to SQLite and to files; anything else that is thrown is a mistake of ours. */
const FAULT = /^SQLITE_(IOERR|FULL|READONLY|CORRUPT|NOTADB|CANTOPEN|BUSY|LOCKED|NOMEM|PERM|PROTOCOL)/;
const CORRUPT = /^SQLITE_(CORRUPT|NOTADB)/;

const FILE_FAULT = /^(EIO|EROFS|ENOSPC|EDQUOT|EACCES|EPERM|ENXIO|ENODEV|EMFILE|ENFILE)$/;

const isFileFault = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && FILE_FAULT.test(error.code);

const codeOf = (error: unknown): string => (error instanceof Database.SqliteError ? error.code : '');

/** Whether the disk is to blame: it is retried and told, and never ends the process. */
export const isDiskFault = (error: unknown): error is Error =>
  FAULT.test(codeOf(error)) ||
  isFileFault(error) ||
  (error instanceof TypeError && error.message.includes('directory does not exist'));

/** Undefined where the disk is at fault: there is always another beat. */
export function unlessDiskFault<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!isDiskFault(error)) throw error;
    return undefined;
  }
}

/** Whether what lies on the disk is not what was written there; waiting does not heal it. */
export const isCorruption = (error: unknown): boolean => CORRUPT.test(codeOf(error));

/** Whether a row breaks the rules of its table: read from a damaged page, since nothing of ours writes such a row. */
export const isRefusedRow = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_CONSTRAINT');

/** For the log and for health: `SQLITE_FULL: database or disk is full`. */
export const describeFault = (error: Error): string =>
  `${codeOf(error)}${codeOf(error) === '' ? '' : ': '}${error.message}`.slice(0, 200);

/** Tells a file from another that has taken its place; `undefined` where there is none or the disk does not say. */
export function inodeOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.ino;
  } catch {
    return undefined;
  }
}
