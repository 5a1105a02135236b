import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BROKER_FORMATS, type BrokerFormat } from '../../core/broker-files.ts';
import { makeFolder } from '../../make-folder.ts';
import { connect, read } from '../client.ts';
import { EXIT, Failure, misuse } from '../failure.ts';
import { faultSaid } from '../fault-words.ts';
import { textsFor } from '../language.ts';
import { NODE_WORDS } from '../node-words.ts';
import { printJson, type Shell } from '../shell.ts';

export interface NodeBrokerFilesOptions {
  readonly out: string;
  readonly format: string;
}

const Answer = z.object({
  files: z.array(z.object({ name: z.string().regex(/^[a-z.]+$/), text: z.string() })),
  without: z.array(z.string()),
});

/**
 * `pharos node broker-files`: users and rights of all nodes for a broker of the operator's own, in files of mode 600.
 * Each is put in its place whole: a broker that reads it meanwhile finds the old one or the new one.
 */
export async function nodeBrokerFiles(shell: Shell, { out, format }: NodeBrokerFilesOptions): Promise<void> {
  if (!(BROKER_FORMATS as readonly string[]).includes(format)) {
    const all = BROKER_FORMATS.join(', ');
    throw misuse(
      { en: `there is no format "${format}"`, 'zh-TW': `沒有「${format}」這種格式` },
      { en: `there are: ${all}`, 'zh-TW': `可用 ${all}` },
    );
  }
  const { files, without } = read(Answer, await connect(shell).get(`/v1/broker/files?format=${format}`));
  const written = files.map(({ name, text }) => put(join(out, name), out, text));
  if (shell.json) return printJson(shell, { files: written, without });
  for (const file of written) shell.out(`${file}\n`);
  const words = textsFor(shell, NODE_WORDS);
  for (const node of without) shell.talk(`${words.tooOld(node)}\n`);
  shell.talk(`${words.brokerNext[format as BrokerFormat]}\n`);
}

const ANOTHER_OUT = { en: 'name another --out', 'zh-TW': '請以 --out 指定另一個資料夾' };

function put(path: string, folder: string, text: string): string {
  const draft = `${path}.${process.pid}.part`;
  try {
    makeFolder(folder);
    writeFileSync(draft, text, { mode: 0o600, flush: true });
    renameSync(draft, path);
  } catch (error) {
    throw new Failure(EXIT.failed, 'cannot_write', faultSaid(error), { where: path, remedy: ANOTHER_OUT });
  }
  return path;
}
