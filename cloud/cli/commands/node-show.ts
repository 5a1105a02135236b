import { z } from 'zod';
import { connect, read } from '../client.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { isoTime } from '../time.ts';

const Values = z.record(z.string(), z.unknown());
export const CommandAnswer = z.object({
  id: z.string(),
  node: z.string(),
  command: z.string(),
  state: z.string(),
  createdAt: z.number(),
  detail: z.string().optional(),
  data: Values.optional(),
});
export type CommandTold = z.infer<typeof CommandAnswer>;

/** `GET /v1/nodes/{id}`, as far as these commands look at it. */
export const NodeAnswer = z.object({
  id: z.string(),
  store: z.string(),
  zone: z.string(),
  online: z.boolean(),
  enrolled: z.boolean(),
  seenAt: z.number().optional(),
  desired: z.object({ version: z.number(), config: Values }),
  reported: z
    .object({
      version: z.number(),
      state: z.string(),
      config: Values,
      pinned: z.array(z.string()).optional(),
      reason: z.object({ code: z.string(), detail: z.string() }).optional(),
    })
    .optional(),
  commands: z.array(CommandAnswer),
});
export type NodeTold = z.infer<typeof NodeAnswer>;

export const nodePath = (id: string): string => `/v1/nodes/${encodeURIComponent(id)}`;

/** `pharos node show <id>` */
export async function nodeShow(shell: Shell, id: string): Promise<void> {
  const answer = await connect(shell).get(nodePath(id));
  if (shell.json) return printJson(shell, answer);
  const node = read(NodeAnswer, answer);
  const seen = node.seenAt === undefined ? '' : `, seen ${isoTime(node.seenAt)}`;
  printTable(shell, [
    ['node', node.id],
    ['store', `${node.store}, ${node.zone}`],
    ['state', `${node.online ? 'online' : node.enrolled ? 'offline' : 'no bundle yet'}${seen}`],
    ['config', configWords(node)],
    ...(node.reported?.reason === undefined ? [] : [['why', node.reported.reason.detail]]),
  ]);
  printConfig(shell, node);
  for (const { id: command, command: name, state, createdAt, detail } of node.commands) {
    shell.out(`${command}  ${name}  ${state}  ${isoTime(createdAt)}${detail === undefined ? '' : `  ${detail}`}\n`);
  }
}

/** Every key with what is wanted and what is in effect. */
export function printConfig(shell: Shell, { desired, reported }: NodeTold): void {
  const keys = [...new Set([...Object.keys(desired.config), ...Object.keys(reported?.config ?? {})])].sort();
  if (keys.length === 0) return;
  const text = (value: unknown): string =>
    value === undefined ? '-' : typeof value === 'string' ? value : JSON.stringify(value);
  printTable(shell, [
    ['KEY', 'WANTED', 'IN EFFECT', ''],
    ...keys.map((key) => [
      key,
      text(desired.config[key]),
      text(reported?.config[key]),
      reported?.pinned?.includes(key) === true ? 'set at the node' : '',
    ]),
  ]);
}

/** In a few words how far the node is with what is wanted. */
export function configWords({ desired, reported }: NodeTold): string {
  if (desired.version === 0) return 'nothing is wanted from here';
  if (reported === undefined || reported.version < desired.version)
    return `version ${desired.version}, not heard of yet`;
  return `version ${reported.version}, ${reported.state}`;
}
