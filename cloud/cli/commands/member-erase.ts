import { randomBytes } from 'node:crypto';
import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { connect, read } from '../client.ts';
import { EXIT, type ExitCode, Failure, misuse, SAY_YES } from '../failure.ts';
import { faultSaid } from '../fault-words.ts';
import { textsFor, wordFor } from '../language.ts';
import { MEMBER_CHANGE_TEXTS } from '../member-texts.ts';
import { NODE_WORDS } from '../node-words.ts';
import { ANOTHER_NAME, WRITABLE_FOLDER } from '../private-file.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { isoTime } from '../time.ts';
import { memberPath, tellPost } from './member.ts';
import { type WhyOptions, whoOf } from './member-merge.ts';

const StatusAnswer = z.object({
  member: z.string(),
  at: z.number(),
  confirmed: z.boolean(),
  nodes: z.array(
    z.object({ node: z.string(), state: z.string(), at: z.number().optional(), detail: z.string().optional() }),
  ),
});

/** `pharos member export <id> --out file.json`: readable for its owner only; never over another file. */
export async function memberExport(shell: Shell, id: string, { out }: { readonly out?: string }): Promise<void> {
  if (out === undefined)
    throw misuse({
      en: 'say with --out where to write it: it names the person',
      'zh-TW': '內容會指認本人，請以 --out 指定要寫到哪個檔案',
    });
  const answer = await connect(shell).get(memberPath(id, 'export'));
  // Whole or not at all.
  const draft = `${out}.${randomBytes(4).toString('hex')}.part`;
  try {
    writeFileSync(draft, `${JSON.stringify(answer, undefined, 2)}\n`, { flag: 'wx', mode: 0o600 });
    linkSync(draft, out);
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new Failure(exists ? EXIT.conflict : EXIT.failed, exists ? 'file_exists' : 'not_written', faultSaid(error), {
      where: '--out',
      remedy: exists ? ANOTHER_NAME : WRITABLE_FOLDER,
    });
  } finally {
    rmSync(draft, { force: true });
  }
  if (shell.json) printJson(shell, { member: id, file: out });
  else shell.out(`${out}\n`);
}

/** `pharos member erase <id> --yes --why …` */
export async function memberErase(
  shell: Shell,
  id: string,
  { yes, why, who }: WhyOptions & { readonly yes?: boolean },
): Promise<void> {
  if (yes !== true) {
    throw misuse(
      {
        en: `erase would delete everything that names ${id}, and nothing brings it back`,
        'zh-TW': `erase 會刪除所有指認 ${id} 的資料，而且無法復原`,
      },
      SAY_YES,
    );
  }
  const texts = textsFor(shell, MEMBER_CHANGE_TEXTS);
  await tellPost(
    shell,
    (client) => client.post(memberPath(id, 'erase'), { confirm: id, why, ...whoOf(shell, who) }),
    (answer) => {
      const { erasure, nodes } = read(z.object({ erasure: z.string(), nodes: z.array(z.string()) }), answer);
      const told = nodes.length === 0 ? texts.noNodeKnew : texts.nodesTold(nodes.length, id);
      return texts.erased(erasure, id, told);
    },
  );
}

/** `pharos member erase-status <id>`. Exit 1 while a node has not confirmed. */
export async function memberEraseStatus(shell: Shell, id: string): Promise<ExitCode> {
  const answer = await connect(shell).get(memberPath(id, 'erasure'));
  const { confirmed, at, nodes } = read(StatusAnswer, answer);
  if (shell.json) printJson(shell, answer);
  else {
    shell.talk(`${textsFor(shell, MEMBER_CHANGE_TEXTS).erasedOn(isoTime(at), confirmed)}\n`);
    printTable(
      shell,
      nodes.map(({ node, state, at: answeredAt, detail }) => [
        node,
        wordFor(textsFor(shell, NODE_WORDS).states, state),
        answeredAt === undefined ? '-' : isoTime(answeredAt),
        detail ?? '',
      ]),
    );
  }
  return confirmed ? EXIT.done : EXIT.failed;
}
