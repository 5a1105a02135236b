import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, linkSync, openSync, rmSync, writeSync } from 'node:fs';
import { EXIT, Failure } from './failure.ts';
import { faultSaid } from './fault-words.ts';

export const FILE_EXISTS = { en: 'the file exists', 'zh-TW': '檔案已存在' };
export const WRITABLE_FOLDER = { en: 'choose a folder you may write to', 'zh-TW': '請選擇可以寫入的資料夾' };
export const ANOTHER_NAME = { en: 'choose another name', 'zh-TW': '請改用另一個檔名' };

/** A file that is made bit by bit and stands in its place when it is whole. */
export interface NewFile {
  put(data: string | Uint8Array): void;
  /** Puts it in its place. */
  keep(): void;
  /** Without effect once it is kept. */
  drop(): void;
}

/** Readable for its owner only, and never over another file. Everything throws {@link Failure}. */
export const privateFile = (path: string): NewFile => newFile(path, 0o600);

/** The same for what is made to be handed on: readable for whom the umask lets. */
export const sharedFile = (path: string): NewFile => newFile(path, 0o666);

function newFile(path: string, mode: number): NewFile {
  refuseOverwriting(path);
  const draft = `${path}.${randomBytes(4).toString('hex')}.part`;
  const orFail = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw new Failure(EXIT.failed, 'not_written', faultSaid(error), { where: path, remedy: WRITABLE_FOLDER });
    }
  };
  // `wx` so that a file or link somebody put there is never followed.
  const handle = orFail(() => openSync(draft, 'wx', mode));
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
  throw new Failure(EXIT.conflict, 'file_exists', FILE_EXISTS, { where: path, remedy: ANOTHER_NAME });
}
