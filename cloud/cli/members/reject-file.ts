import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, linkSync, openSync, rmSync, writeSync } from 'node:fs';
import type { Separator } from '../csv/parse.ts';
import { BYTE_ORDER_MARK, csvLine } from '../csv/write.ts';
import { EXIT, Failure, faultText } from '../failure.ts';
import { REJECT_COLUMNS } from './columns.ts';

/** The rows that were not taken in, as they were, each with its reason: to be mended and brought in again. */
export interface RejectFile {
  add(row: {
    readonly cells: readonly string[];
    readonly line: number;
    readonly code: string;
    readonly detail: string;
  }): void;
  /** Puts it in its place; false where it would be empty, and there is none. */
  keep(): boolean;
  /** Without effect once it is kept. */
  drop(): void;
}

/** Readable for its owner only, since it names people; never over another file. Throws {@link Failure}. */
export function openRejectFile(path: string, titles: readonly string[], separator: Separator): RejectFile {
  // Of a reject file that is brought in: its reasons give way to the new ones.
  const kept = titles.flatMap((title, index) => ((REJECT_COLUMNS as readonly string[]).includes(title) ? [] : [index]));
  const draft = `${path}.${randomBytes(4).toString('hex')}.part`;
  const orFail = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw new Failure(EXIT.failed, 'not_written', faultText(error), {
        where: path,
        remedy: 'choose a folder you may write to',
      });
    }
  };
  refuseOverwriting(path);
  const handle = orFail(() => openSync(draft, 'wx', 0o600));
  const put = (text: string): void => void orFail(() => writeSync(handle, text));
  put(`${BYTE_ORDER_MARK}${csvLine([...kept.map((index) => titles[index] ?? ''), ...REJECT_COLUMNS], separator)}`);
  let many = 0;
  let open = true;
  const close = (): void => {
    if (open) closeSync(handle);
    open = false;
  };
  return {
    add({ cells, line, code, detail }) {
      many += 1;
      put(csvLine([...kept.map((index) => cells[index] ?? ''), String(line), code, detail], separator));
    },
    keep() {
      close();
      refuseOverwriting(path);
      if (many > 0) orFail(() => linkSync(draft, path));
      rmSync(draft, { force: true });
      return many > 0;
    },
    drop() {
      close();
      rmSync(draft, { force: true });
    },
  };
}

function refuseOverwriting(path: string): void {
  if (!existsSync(path)) return;
  throw new Failure(EXIT.conflict, 'file_exists', 'the file exists', { where: path, remedy: 'name another file' });
}
