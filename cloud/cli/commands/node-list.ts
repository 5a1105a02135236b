import { z } from 'zod';
import { connect, read } from '../client.ts';
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
  if (nodes.length === 0) return shell.talk('no nodes yet; make one with pharos node add\n');
  printTable(shell, [
    ['NODE', 'STORE', 'ZONE', 'HWID', 'INDEX', 'STATE', 'SEEN'],
    ...nodes.map((node) => [
      node.id,
      node.store,
      node.zone,
      node.hwid,
      String(node.index),
      stateOf(node),
      node.seenAt === undefined ? '-' : isoTime(node.seenAt),
    ]),
  ]);
}

function stateOf({ enrolled, online }: KnownNode): string {
  if (online) return 'online';
  return enrolled ? 'offline' : 'no bundle yet';
}
