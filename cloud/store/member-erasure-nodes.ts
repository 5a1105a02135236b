import { TagSubject } from '../../protocol/messages/common.ts';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { batchesOf, ERASURE_LIVES_MS, makeCommand } from '../core/node-command.ts';
import type { Identity } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import type { StoreContext } from './context.ts';
import type { Db } from './database.ts';
import { nodeShadowRows } from './node-shadow.ts';

/** The tags among identities, as nodes know them. */
export const tagsAmong = (identities: readonly Identity[]): TagSubject[] =>
  identities.flatMap(({ kind, subject }) => {
    const [uuid, major, minor] = subject.split('/');
    const tag = TagSubject.safeParse({ kind: 'ibeacon', uuid, major: Number(major), minor: Number(minor) });
    return kind === 'ble_tag' && tag.success ? [tag.data] : [];
  });

/** Has every node that ever got a bundle forget these tags: any of them may have heard one. */
export async function tellNodes(
  context: StoreContext,
  tags: readonly TagSubject[],
  now: EpochMs,
): Promise<{ readonly node: string; readonly command: string }[]> {
  if (tags.length === 0) return [];
  const nodes = await context.db
    .selectFrom('node')
    .select('id')
    .where('mqtt_password_hash', 'is not', null)
    .orderBy('id')
    .execute();
  const rows = nodeShadowRows(context);
  const told: { node: string; command: string }[] = [];
  for (const { id: node } of nodes) {
    for (const subjects of batchesOf(tags)) {
      const asked = { command: 'erase', scope: 'subjects', subjects, expiresInMs: ERASURE_LIVES_MS } as const;
      const command = makeCommand(node, asked, { id: context.mint.id('command'), now });
      await rows.addCommand(node, command, now);
      told.push({ node, command: command.id });
    }
  }
  return told;
}

/** A command nobody carried out in its time names the tags no longer. */
export async function scrubExpiredErasures(db: Db, now: EpochMs): Promise<void> {
  const rows = await db
    .selectFrom('node_command')
    .select(['id', 'body'])
    .where('command', '=', 'erase')
    .where('expires_at', '<=', now)
    .where('body', 'like', '%"subjects"%')
    .execute();
  for (const { id, body } of rows) {
    const { subjects: _, ...rest } = JSON.parse(body) as { subjects?: unknown };
    await db
      .updateTable('node_command')
      .set({ body: JSON.stringify(rest) })
      .where('id', '=', id)
      .execute();
  }
}

export interface ErasureStatus {
  readonly erasure: string;
  readonly member: string;
  readonly at: number;
  readonly why: string;
  readonly who: string;
  /** All nodes have confirmed. */
  readonly confirmed: boolean;
  readonly nodes: readonly {
    readonly node: string;
    readonly state: string;
    readonly at?: number;
    readonly detail?: string;
  }[];
}

/** How far the nodes are. Throws {@link Problem} `not_erased`. */
export async function erasureStatus(context: StoreContext, member: string, now: EpochMs): Promise<ErasureStatus> {
  const { db } = context;
  const row = await db
    .selectFrom('member_erasure')
    .selectAll()
    .where('member_id', '=', member)
    .orderBy('at', 'desc')
    .executeTakeFirst();
  if (row === undefined) {
    throw new Problem('not_found', 'not_erased', `member "${member}" was not erased`, {
      remedy: `to erase it: pharos member erase ${member} --yes --why …`,
    });
  }
  await scrubExpiredErasures(db, now);
  const commands = await nodeShadowRows(context).commands(JSON.parse(row.commands) as string[], now);
  const nodes = commands
    .map(({ node, state, answeredAt, detail }) => ({
      node,
      state,
      ...(answeredAt !== undefined && { at: answeredAt }),
      ...(detail !== undefined && { detail }),
    }))
    .sort((a, b) => (a.node < b.node ? -1 : 1));
  return {
    erasure: row.id,
    member,
    at: epochMs(row.at),
    why: row.why,
    who: row.by_whom,
    confirmed: nodes.every(({ state }) => state === 'done'),
    nodes,
  };
}
