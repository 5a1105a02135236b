import { parseTag, parseWhole } from '../arguments.ts';
import { connect, read } from '../client.ts';
import { EXIT, type ExitCode, misuse, SAY_YES } from '../failure.ts';
import { textsFor, wordFor } from '../language.ts';
import { NODE_WORDS } from '../node-words.ts';
import { printJson, type Shell } from '../shell.ts';
import { type WaitOption, waitFor } from '../wait.ts';
import { CommandAnswer, type CommandTold, nodePath } from './node-show.ts';

export const NODE_COMMANDS = ['identify', 'snapshot', 'restart', 'erase'] as const;

export interface NodeCommandOptions {
  readonly wait?: WaitOption;
  readonly yes?: boolean;
  readonly why?: string;
  /** Of `erase`: tags to forget; without, the whole node is erased. */
  readonly tag?: readonly string[];
  /** Of `identify`. */
  readonly seconds?: string;
}

/**
 * `pharos node command <id> <command>`. Exit 1 when the node was waited for and refused or failed. What cannot be taken
 * back is done with `--yes` only.
 */
export async function nodeCommand(
  shell: Shell,
  id: string,
  name: string,
  options: NodeCommandOptions,
): Promise<ExitCode> {
  const asked = askedCommand(id, name, options);
  const client = connect(shell);
  let command = read(CommandAnswer, await client.post(`${nodePath(id)}/commands${whyOf(options)}`, asked));
  if (options.wait !== undefined && options.wait !== false) {
    const path = `/v1/commands/${encodeURIComponent(command.id)}`;
    command = await waitFor(options.wait, notAnswered(id, command.id), async () => {
      const now = read(CommandAnswer, await client.get(path));
      return now.state === 'pending' ? undefined : now;
    });
  }
  tell(shell, command);
  return command.state === 'done' || command.state === 'pending' ? EXIT.done : EXIT.failed;
}

const notAnswered = (node: string, command: string) => ({
  en: `${node} has not answered ${command}`,
  'zh-TW': `${node} 還沒有回覆 ${command}`,
});

function askedCommand(id: string, name: string, { yes, tag, seconds }: NodeCommandOptions): object {
  if (!(NODE_COMMANDS as readonly string[]).includes(name)) {
    const all = NODE_COMMANDS.join(', ');
    throw misuse(
      { en: `there is no command "${name}" for nodes`, 'zh-TW': `節點沒有「${name}」這個指令` },
      { en: `there are: ${all}`, 'zh-TW': `可用 ${all}` },
    );
  }
  if (name === 'identify') {
    if (seconds === undefined) return { command: name };
    return { command: name, seconds: parseWhole('--seconds', seconds, 1, 60) };
  }
  if (name !== 'erase') return { command: name };
  if (yes !== true) {
    const what =
      tag === undefined
        ? { en: `everything on ${id}, its credentials too`, 'zh-TW': `${id} 上的一切，包括金鑰` }
        : { en: `${tag.length} tag(s) on ${id}`, 'zh-TW': `${id} 上的 ${tag.length} 個標籤` };
    throw misuse(
      {
        en: `erase would delete ${what.en}, and nothing brings it back`,
        'zh-TW': `erase 會刪除 ${what['zh-TW']}，而且無法復原`,
      },
      SAY_YES,
    );
  }
  if (tag === undefined) return { command: name, scope: 'node', confirm: id };
  return {
    command: name,
    scope: 'subjects',
    subjects: tag.map((text) => ({ kind: 'ibeacon', ...parseTag('--tag', text) })),
  };
}

function tell(shell: Shell, { id, state, detail, data, ...rest }: CommandTold): void {
  if (shell.json) {
    printJson(shell, { id, ...rest, state, detail, data });
    return;
  }
  shell.out(`${id}  ${wordFor(textsFor(shell, NODE_WORDS).states, state)}\n`);
  if (detail !== undefined) shell.talk(`${detail}\n`);
  if (data !== undefined) shell.out(`${JSON.stringify(data, undefined, 2)}\n`);
}

/** The body is the command itself, so why it is given stands beside it. */
const whyOf = ({ why }: NodeCommandOptions): string => (why === undefined ? '' : `?${new URLSearchParams({ why })}`);
