import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { CONFIG_KEYS, NodeConfig } from '../../../protocol/messages/config.ts';
import { explainMessage } from '../../../protocol/messages/explain.ts';
import { type Client, connect, read } from '../client.ts';
import { asTyped, EXIT, type ExitCode, Failure, misuse } from '../failure.ts';
import { faultSaid } from '../fault-words.ts';
import { textsFor } from '../language.ts';
import { NODE_WORDS } from '../node-words.ts';
import { printJson, type Shell } from '../shell.ts';
import { type WaitOption, waitFor } from '../wait.ts';
import { configWords, NodeAnswer, type NodeTold, nodePath, printConfig, reasonsOf } from './node-show.ts';

export interface NodeConfigOptions {
  /** `key=value`; an empty value takes the key away. */
  readonly set?: readonly string[];
  /** YAML or JSON; the whole configuration. */
  readonly file?: string;
  readonly why?: string;
  readonly wait?: WaitOption;
}

const Desired = z.object({ version: z.number(), config: z.record(z.string(), z.unknown()) });

/**
 * `pharos node config <id>`: shows what is wanted of a node and what is in effect; with `--set` or `--file` wants
 * something else. Exit 1 when the node was waited for and refused or took it back, 5 when somebody else changed it meanwhile.
 */
export async function nodeConfig(shell: Shell, id: string, options: NodeConfigOptions): Promise<ExitCode> {
  if (options.set !== undefined && options.file !== undefined)
    throw misuse({
      en: '--set changes what is wanted, --file replaces it: use one',
      'zh-TW': '--set 是更改部分設定，--file 是整份換掉，只能擇一',
    });
  const client = connect(shell);
  const before = await told(client, id);
  const wanted = wantedConfig(before, options);
  if (wanted === undefined) {
    tell(shell, before);
    return EXIT.done;
  }
  const words = textsFor(shell, NODE_WORDS);
  const undo = undoOf(id, before.desired.config, wanted);
  const body = { config: wanted, ifVersion: before.desired.version, why: options.why };
  const { version } = read(Desired, await client.put(`${nodePath(id)}/config`, body));
  if (options.wait === undefined || options.wait === false) {
    if (shell.json) printJson(shell, { v: 1, node: id, version, config: wanted, ...(undo && { undo }) });
    else shell.out(`${words.wantedVersion(version)}\n`);
    if (!before.online) shell.talk(`${words.isOffline(id)}\n`);
    tellUndo(shell, undo);
    return EXIT.done;
  }
  const after = await waitFor(
    options.wait,
    {
      en: `${id} has not answered for version ${version}`,
      'zh-TW': `${id} 還沒有回覆第 ${version} 版設定`,
    },
    async () => {
      const now = await told(client, id);
      const isAnswered = (now.reported?.version ?? 0) >= version && now.reported?.state !== 'applying';
      return isAnswered ? now : undefined;
    },
  );
  tell(shell, after);
  tellUndo(shell, undo);
  return after.reported?.version === version && after.reported.state === 'applied' ? EXIT.done : EXIT.failed;
}

const told = async (client: Client, id: string): Promise<NodeTold> => read(NodeAnswer, await client.get(nodePath(id)));

function tell(shell: Shell, node: NodeTold): void {
  const { id, desired, reported } = node;
  if (shell.json) {
    printJson(shell, { v: 1, node: id, desired, reported });
    return;
  }
  printConfig(shell, node);
  shell.talk(`${id}: ${configWords(node, textsFor(shell, NODE_WORDS))}\n`);
  for (const reason of reasonsOf(node)) shell.talk(`  ${reason}\n`);
}

function tellUndo(shell: Shell, undo: string | undefined): void {
  if (undo !== undefined && !shell.json) shell.talk(`${textsFor(shell, NODE_WORDS).undo} ${undo}\n`);
}

/** The command that wants what was wanted before; none where nothing changes, or a value is more than one can type. */
function undoOf(id: string, before: Readonly<Record<string, unknown>>, wanted: object): string | undefined {
  const now = wanted as Readonly<Record<string, unknown>>;
  const changed = [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]))
    .sort();
  if (changed.length === 0 || changed.some((key) => typeof before[key] === 'object')) return undefined;
  return `pharos node config ${id} --set ${changed.map((key) => `${key}=${before[key] ?? ''}`).join(' ')}`;
}

/** `undefined`: nothing is to be changed. */
function wantedConfig(before: NodeTold, { set, file }: NodeConfigOptions): NodeConfig | undefined {
  if (file !== undefined) return checked(readConfigFile(file), file);
  if (set === undefined) return undefined;
  const config: Record<string, unknown> = { ...before.desired.config };
  for (const pair of set) {
    const [key = '', ...rest] = pair.split('=');
    if (rest.length === 0) {
      throw misuse(
        { en: `--set takes key=value, not "${pair}"`, 'zh-TW': `--set 要寫成 設定項=值，不能是「${pair}」` },
        { en: 'an empty value takes the key away', 'zh-TW': '空白的值會取消這個設定項' },
      );
    }
    const text = rest.join('=');
    if (text === '') delete config[key];
    else config[key] = typedValue(text);
  }
  return checked(config, '--set');
}

function checked(config: unknown, where: string): NodeConfig {
  const parsed = NodeConfig.safeParse(config);
  if (parsed.success) return parsed.data;
  // All that is wrong at once, a line each: whoever mends one thing need not come back for the next.
  const reasons = explainMessage(parsed.error, () => CONFIG_KEYS).split('; ');
  throw new Failure(
    EXIT.misuse,
    'bad_config',
    reasons.length === 1
      ? { en: reasons[0] ?? '', 'zh-TW': `節點設定有誤，沒有任何更改（${reasons[0]}）` }
      : {
          en: `nothing was changed:\n  ${reasons.join('\n  ')}`,
          'zh-TW': `節點設定有誤，沒有任何更改：\n  ${reasons.join('\n  ')}`,
        },
    {
      where,
      remedy: {
        en: `a node can be configured by ${CONFIG_KEYS.join(', ')}`,
        'zh-TW': `節點的設定項有 ${CONFIG_KEYS.join(', ')}`,
      },
    },
  );
}

function readConfigFile(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    throw new Failure(
      EXIT.failed,
      'cannot_read',
      error instanceof YAMLParseError ? asTyped(error.message) : faultSaid(error),
      {
        where: file,
        remedy: { en: 'name a YAML or JSON file that you may read', 'zh-TW': '請指定可以讀取的 YAML 或 JSON 檔' },
      },
    );
  }
}

/** As it is typed: numbers and switches are what they look like. */
function typedValue(text: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (/^(on|true|yes)$/.test(text)) return true;
  if (/^(off|false|no)$/.test(text)) return false;
  return text;
}
