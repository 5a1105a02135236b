import { z } from 'zod';
import { connect, read } from '../client.ts';
import { textsFor } from '../language.ts';
import { NODE_WORDS, type NodeWords } from '../node-words.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { isoTime } from '../time.ts';

export const NodesAnswer = z.object({
  nodes: z.array(
    z.object({
      id: z.string(),
      store: z.string(),
      zone: z.string(),
      hwid: z.string(),
      index: z.number(),
      enrolled: z.boolean(),
      online: z.boolean(),
      seenAt: z.number().optional(),
    }),
  ),
});
export type KnownNode = z.infer<typeof NodesAnswer>['nodes'][number];

/** `pharos node list` */
export async function nodeList(shell: Shell): Promise<void> {
  const answer = await connect(shell).get('/v1/nodes');
  if (shell.json) return printJson(shell, answer);
  const { nodes } = read(NodesAnswer, answer);
  const words = textsFor(shell, NODE_WORDS);
  if (nodes.length === 0) return shell.talk(`${words.none}\n`);
  printTable(shell, [
    words.columns,
    ...nodes.map((node) => [
      node.id,
      node.store,
      node.zone,
      node.hwid,
      String(node.index),
      nodeState(node, words),
      node.seenAt === undefined ? '-' : isoTime(node.seenAt),
    ]),
  ]);
}

export function nodeState({ enrolled, online }: Pick<KnownNode, 'enrolled' | 'online'>, words: NodeWords): string {
  if (online) return words.online;
  return enrolled ? words.offline : words.noBundle;
}
