import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, Failure } from '../failure.ts';
import { faultAfter } from '../fault-words.ts';
import { WRITABLE_FOLDER } from '../private-file.ts';

const UNWRITTEN = { en: 'the page cannot be written', 'zh-TW': '無法寫出網頁' };

/** Writes the page to the file named, or to a new one; returns where it is. */
export function writePage(page: string, file: string | undefined): string {
  const path = file ?? join(mkdtempSync(join(tmpdir(), 'pharos-preview-')), 'preview.html');
  try {
    writeFileSync(path, page);
  } catch (error) {
    throw new Failure(EXIT.failed, 'not_written', faultAfter(UNWRITTEN, error), {
      where: path,
      remedy: WRITABLE_FOLDER,
    });
  }
  return path;
}

/** Shows a file in whatever opens files here; false where nothing does. */
export async function openPage(path: string, env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(opener, [path], { stdio: 'ignore', env: { ...process.env, ...env } });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return code === 0;
  } catch {
    return false;
  }
}
