import type Database from 'better-sqlite3';
import type { NodeId } from '../../protocol/ids.ts';
import { CommandResult } from '../../protocol/messages/command.ts';
import { COMMANDS_REMEMBERED } from '../core/thresholds.ts';
import { storedJson } from './stored-json.ts';

/** What the process does once the result has been told. */
export type FollowUp = 'restart' | 'wipe';

/**
 * Commands this node has seen, so that each is done once however often it comes, and their results until the broker has
 * them. Only the latest are remembered, and one that is still to be told before one that was.
 */
export interface CommandStore {
  /** The result of a command seen before; `'under-way'` while it has none, or one only a newer version can read. */
  known(id: string): CommandResult | 'under-way' | undefined;
  /** From now on the command is known, also after a crash. */
  begin(id: string): void;
  finish(result: CommandResult, followUp?: FollowUp): void;
  /** Results the broker does not have yet, oldest first. */
  untold(): readonly ToldResult[];
  told(id: string): void;
  /** Begun and never finished: a former process died over them. */
  unfinished(): readonly string[];
}

export interface ToldResult {
  readonly result: CommandResult;
  readonly followUp: FollowUp | undefined;
}

interface Row {
  readonly result: string;
  readonly follow_up: string | null;
}

/** `nodeId`: what was meant for another node, which this machine was before, is not followed up. */
export function createCommandStore(db: Database.Database, nodeId: NodeId): CommandStore {
  const get = db.prepare<[string], { result: string | null }>('SELECT result FROM command WHERE id = ?');
  const insert = db.prepare<[string]>('INSERT OR IGNORE INTO command (id) VALUES (?)');
  const setResult = db.prepare<[string, string | null, string]>(
    'UPDATE command SET result = ?, follow_up = ? WHERE id = ?',
  );
  const waiting = db.prepare<[], Row>(
    'SELECT result, follow_up FROM command WHERE told = 0 AND result IS NOT NULL ORDER BY seq',
  );
  const setTold = db.prepare<[string]>('UPDATE command SET told = 1 WHERE id = ?');
  const openIds = db.prepare<[], string>('SELECT id FROM command WHERE result IS NULL ORDER BY seq').pluck();
  const forget = db.prepare<[number]>(
    'DELETE FROM command WHERE seq IN (SELECT seq FROM command ORDER BY told, seq DESC LIMIT -1 OFFSET ?)',
  );
  const read = (text: string): CommandResult | undefined => CommandResult.safeParse(storedJson(text)).data;

  return {
    known(id) {
      const row = get.get(id);
      if (row === undefined) return undefined;
      return (row.result === null ? undefined : read(row.result)) ?? 'under-way';
    },
    begin: db.transaction((id: string) => {
      insert.run(id);
      forget.run(COMMANDS_REMEMBERED);
    }),
    finish: db.transaction((result: CommandResult, followUp?: FollowUp) => {
      insert.run(result.id);
      setResult.run(JSON.stringify(result), followUp === undefined ? null : `${followUp} ${nodeId}`, result.id);
      forget.run(COMMANDS_REMEMBERED);
    }),
    untold: () =>
      waiting.all().flatMap(({ result: text, follow_up }) => {
        const result = read(text);
        return result === undefined ? [] : [{ result, followUp: followUpFor(nodeId, follow_up) }];
      }),
    told: (id) => void setTold.run(id),
    unfinished: () => openIds.all(),
  };
}

/** One that names no node is of an older version, which did not say. */
function followUpFor(nodeId: NodeId, text: string | null): FollowUp | undefined {
  const [what, node = nodeId] = text?.split(' ') ?? [];
  return node === nodeId && (what === 'restart' || what === 'wipe') ? what : undefined;
}
