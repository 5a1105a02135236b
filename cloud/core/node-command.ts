import { z } from 'zod';
import { MAX_ERASED_SUBJECTS, NodeCommand } from '../../protocol/messages/command.ts';
import { TagSubject } from '../../protocol/messages/common.ts';
import { Problem } from './problem.ts';

/** Whoever stands before a node and asks for its light has gone home by then. */
const LIVES_MS = 60 * 60_000;
/** A node that is repaired or stored comes back; what it must forget it must forget then. */
export const ERASURE_LIVES_MS = 30 * 24 * 60 * 60_000;

const lives = { expiresInMs: z.int().min(1_000).max(ERASURE_LIVES_MS).optional() };

/** A command as headquarters gives it; id and expiry are ours. */
export const AskedCommand = z.discriminatedUnion('command', [
  z.strictObject({ ...lives, command: z.literal('identify'), seconds: z.int().min(1).max(60).optional() }),
  z.strictObject({ ...lives, command: z.literal('snapshot') }),
  z.strictObject({ ...lives, command: z.literal('restart') }),
  z.discriminatedUnion('scope', [
    z.strictObject({
      ...lives,
      command: z.literal('erase'),
      scope: z.literal('subjects'),
      subjects: z.array(TagSubject).min(1).max(MAX_ERASED_SUBJECTS),
    }),
    z.strictObject({
      ...lives,
      command: z.literal('erase'),
      scope: z.literal('node'),
      confirm: z.string('repeat the id of the node to erase it'),
    }),
  ]),
]);
export type AskedCommand = z.infer<typeof AskedCommand>;

/** The message for `nodeId`. Throws {@link Problem} where a node is to be erased and another one's id was repeated. */
export function makeCommand(
  nodeId: string,
  { expiresInMs, ...asked }: AskedCommand,
  { id, now }: { readonly id: string; readonly now: number },
): NodeCommand {
  if (asked.command === 'erase' && asked.scope === 'node' && asked.confirm !== nodeId) {
    throw new Problem('invalid', 'not_confirmed', `"${asked.confirm}" is not "${nodeId}"; nothing was erased`, {
      where: 'confirm',
      remedy: 'repeat the id of the node that is to forget everything',
    });
  }
  return NodeCommand.parse({ v: 1, id, expiresAt: now + (expiresInMs ?? LIVES_MS), ...asked });
}

/** As many as one command takes, at least one batch. */
export function batchesOf(subjects: readonly TagSubject[]): TagSubject[][] {
  const batches: TagSubject[][] = [];
  for (let from = 0; from < subjects.length; from += MAX_ERASED_SUBJECTS) {
    batches.push(subjects.slice(from, from + MAX_ERASED_SUBJECTS));
  }
  return batches;
}
