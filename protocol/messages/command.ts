import { z } from 'zod';
import { NodeId } from '../ids.ts';
import { accept, type Result, reject } from '../result.ts';
import { EpochMsField, TagSubject } from './common.ts';
import { explainMessage } from './explain.ts';

/** Ids are the cloud's; a node only compares them. */
export const CommandId = z.string().regex(/^[a-z0-9_-]{1,64}$/, 'a command id is 1 to 64 of a-z, 0-9, "_" and "-"');

const envelope = { v: z.literal(1), id: CommandId, expiresAt: EpochMsField };

/** As many tags as one erasure names; a person carries a few. */
export const MAX_ERASED_SUBJECTS = 500;

/** Show which machine this is, to somebody who stands before several. */
const Identify = z.strictObject({
  ...envelope,
  command: z.literal('identify'),
  seconds: z.int().min(1).max(60).default(10),
});
/** Tell everything that may be told. */
const Snapshot = z.strictObject({ ...envelope, command: z.literal('snapshot') });
/** Begin again with new processes. */
const Restart = z.strictObject({ ...envelope, command: z.literal('restart') });
/** Forget tags: whoever asked to be forgotten carried them. */
const EraseSubjects = z.strictObject({
  ...envelope,
  command: z.literal('erase'),
  scope: z.literal('subjects'),
  subjects: z.array(TagSubject).min(1).max(MAX_ERASED_SUBJECTS),
});
/** Forget everything, credentials too: the machine is no node any more. `confirm` repeats its id. */
const EraseNode = z.strictObject({
  ...envelope,
  command: z.literal('erase'),
  scope: z.literal('node'),
  confirm: NodeId,
});

/** `command`: QoS 1, so it may come twice; a node does each id once. */
export const NodeCommand = z.discriminatedUnion('command', [
  Identify,
  Snapshot,
  Restart,
  z.discriminatedUnion('scope', [EraseSubjects, EraseNode]),
]);
export type NodeCommand = z.infer<typeof NodeCommand>;
export type CommandName = NodeCommand['command'];

/** `refused`: not done and will not be; `failed`: tried. Either way a new command is needed. */
export const CommandResult = z.object({
  v: z.literal(1),
  id: CommandId,
  /** As it came: a refused command may be none we know. */
  command: z.string().max(32),
  state: z.enum(['done', 'refused', 'failed']),
  detail: z.string().max(2_000).optional(),
  at: EpochMsField,
  data: z.record(z.string(), z.unknown()).optional(),
});
export type CommandResult = z.infer<typeof CommandResult>;

/** What could be read of a command that is none; enough for an answer where there is an id. */
export interface UnreadableCommand {
  readonly id?: string;
  readonly command?: string;
}

/** Reads `command`. The reject names what is wrong. */
export function readCommand(json: unknown): Result<NodeCommand, 'bad-command'> & UnreadableCommand {
  const parsed = NodeCommand.safeParse(json);
  if (parsed.success) return accept(parsed.data);
  const loose = z.looseObject({ id: CommandId, command: z.string().max(32).catch('?') }).safeParse(json).data;
  const detail = explainMessage(parsed.error, () => KEYS);
  return { ...reject('bad-command', detail), ...(loose && { id: loose.id, command: loose.command }) };
}

const KEYS = ['v', 'id', 'command', 'expiresAt', 'seconds', 'scope', 'subjects', 'confirm'];
