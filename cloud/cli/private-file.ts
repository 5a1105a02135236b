import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, linkSync, openSync, rmSync, writeSync } from 'node:fs';
import { EXIT, Failure, faultText } from './failure.ts';

/** A file that is made bit by bit and stands in its place when it is whole. */
export interface PrivateFile {
  put(data: string | Uint8Array): void;
  /** Puts it in its place. */
  keep(): void;
  /** Without effect once it is kept. */
  drop(): void;
}

/** Readable for its owner only, and never over another file. Everything throws {@link Failure}. */
export function privateFile(path: string): PrivateFile {
  refuseOverwriting(path);
  const draft = `${path}.${randomBytes(4).toString('hex')}.part`;
  const orFail = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      const remedy = 'choose a folder you may write to';
      throw new Failure(EXIT.failed, 'not_written', faultText(error), { where: path, remedy });
    }
  };
  // `wx` so that a file or link somebody put there is never followed.
  const handle = orFail(() => openSync(draft, 'wx', 0o600));
  let open = true;
  const close = (): void => {
    if (open) closeSync(handle);
    open = false;
  };
  return {
    put: (data) => void orFail(() => (typeof data === 'string' ? writeSync(handle, data) : writeSync(handle, data))),
    keep() {
      close();
      refuseOverwriting(path);
      orFail(() => linkSync(draft, path));
      rmSync(draft, { force: true });
    },
    drop() {
      close();
      rmSync(draft, { force: true });
    },
  };
}

function refuseOverwriting(path: string): void {
  if (!existsSync(path)) return;
  throw new Failure(EXIT.conflict, 'file_exists', 'the file exists', { where: path, remedy: 'choose another name' });
}
