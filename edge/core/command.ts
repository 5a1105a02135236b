import type { NodeId } from '../../protocol/ids.ts';
import type { CommandResult, NodeCommand } from '../../protocol/messages/command.ts';
import type { Reject } from '../../protocol/result.ts';
import type { EpochMs } from '../../protocol/units.ts';
import { SNAPSHOT_MAX_BYTES } from './thresholds.ts';

/** What became of a command. */
export type CommandOutcome = Pick<CommandResult, 'state' | 'detail' | 'data'>;

/** Why a command that can be read is not done. A clock that was never set judges no expiry: 1970 is before everything. */
export function refusalOf(
  command: NodeCommand,
  { now, nodeId }: { readonly now: EpochMs; readonly nodeId: NodeId },
): Reject<'expired' | 'not-confirmed'> | undefined {
  if (command.expiresAt <= now) {
    const detail = `the command expired at ${new Date(command.expiresAt).toISOString()}; give it again if it is still meant`;
    return { code: 'expired', detail };
  }
  if (command.command === 'erase' && command.scope === 'node' && command.confirm !== nodeId) {
    return { code: 'not-confirmed', detail: `this is node ${nodeId}, not ${command.confirm}; nothing was erased` };
  }
  return undefined;
}

/** The data of a result as they may travel: a snapshot too large for a message keeps its first sections. */
export function boundData(data: NonNullable<CommandResult['data']>): NonNullable<CommandResult['data']> {
  let room = SNAPSHOT_MAX_BYTES;
  const kept: Record<string, unknown> = {};
  const cut: string[] = [];
  for (const [name, section] of Object.entries(data)) {
    room -= JSON.stringify(section ?? null).length + name.length;
    if (room < 0) cut.push(name);
    else kept[name] = section;
  }
  return cut.length === 0 ? kept : { ...kept, cut };
}
