import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BROKER_FORMATS, type BrokerFormat } from '../../core/broker-files.ts';
import { connect, read } from '../client.ts';
import { EXIT, Failure, faultText, misuse } from '../failure.ts';
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
    throw misuse(`there is no format "${format}"`, `there are: ${BROKER_FORMATS.join(', ')}`);
  }
  const { files, without } = read(Answer, await connect(shell).get(`/v1/broker/files?format=${format}`));
  const written = files.map(({ name, text }) => put(join(out, name), out, text));
  if (shell.json) return printJson(shell, { files: written, without });
  for (const file of written) shell.out(`${file}\n`);
  for (const node of without) {
    shell.talk(`${node} cannot come in: its credentials are too old; pharos node add ${node} --rotate …\n`);
  }
  shell.talk(`${NEXT[format as BrokerFormat]}\n`);
}

const NEXT: Readonly<Record<BrokerFormat, string>> = {
  mosquitto: 'name them as password_file and acl_file, then have Mosquitto read them: systemctl reload mosquitto',
  emqx: 'import the users (password hash sha256, salt position disable) and name acl.conf as the file to authorize by',
};

function put(path: string, folder: string, text: string): string {
  const draft = `${path}.${process.pid}.part`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(draft, text, { mode: 0o600, flush: true });
    renameSync(draft, path);
  } catch (error) {
    throw new Failure(EXIT.failed, 'cannot_write', faultText(error), { where: path, remedy: 'name another --out' });
  }
  return path;
}
