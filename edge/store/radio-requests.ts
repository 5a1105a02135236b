import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { NodeId } from '../../protocol/ids.ts';
import { TagSubject } from '../../protocol/messages/common.ts';
import { storedJson } from './stored-json.ts';

/**
 * What the uplink asks of the radio process, which alone has the tags in its memory and the adapter in its hands. A
 * request stays until it is taken back, so that one made to a radio that is down is met by the radio that comes.
 */
export const RadioRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('restart'), id: z.string(), node: z.string().optional() }),
  /** The node is to forget itself: the radio ends and stays ended. */
  z.object({ kind: z.literal('wipe'), id: z.string(), node: z.string().optional() }),
  z.object({ kind: z.literal('erase'), id: z.string(), subjects: z.array(TagSubject) }),
]);
export type RadioRequest = z.infer<typeof RadioRequest>;

export interface RadioRequests {
  ask(request: RadioRequest): void;
  find(id: string): RadioRequest | undefined;
  all(): readonly RadioRequest[];
  /** Requests nobody has answered. */
  open(): readonly RadioRequest[];
  /** How many things were done for it. */
  answer(id: string, count: number): void;
  /** `undefined` while it is not answered, and when there is none of that id. */
  answerOf(id: string): number | undefined;
  takeBack(id: string): void;
}

/** `nodeId`: a machine that was another node before does not end for what that one was asked; people stay erased. */
export function createRadioRequests(db: Database.Database, nodeId: NodeId): RadioRequests {
  const insert = db.prepare<[string, string]>('INSERT OR IGNORE INTO radio_request (id, body) VALUES (?, ?)');
  const unanswered = db.prepare<[], string>('SELECT body FROM radio_request WHERE answer IS NULL ORDER BY id').pluck();
  const every = db.prepare<[], string>('SELECT body FROM radio_request ORDER BY id').pluck();
  const get = db.prepare<[string], string>('SELECT body FROM radio_request WHERE id = ?').pluck();
  const setAnswer = db.prepare<[number, string]>('UPDATE radio_request SET answer = ? WHERE id = ?');
  const getAnswer = db.prepare<[string], number | null>('SELECT answer FROM radio_request WHERE id = ?').pluck();
  const remove = db.prepare<[string]>('DELETE FROM radio_request WHERE id = ?');
  const parse = (body: string): readonly RadioRequest[] => {
    const read = RadioRequest.safeParse(storedJson(body)).data;
    if (read === undefined) return [];
    // One that names no node is of an older version, which did not say.
    return read.kind === 'erase' || (read.node ?? nodeId) === nodeId ? [read] : [];
  };
  return {
    ask(request) {
      insert.run(request.id, JSON.stringify(request.kind === 'erase' ? request : { ...request, node: nodeId }));
    },
    find(id) {
      const body = get.get(id);
      return body === undefined ? undefined : parse(body)[0];
    },
    all: () => every.all().flatMap(parse),
    open: () => unanswered.all().flatMap(parse),
    answer: (id, count) => void setAnswer.run(count, id),
    answerOf: (id) => getAnswer.get(id) ?? undefined,
    takeBack: (id) => void remove.run(id),
  };
}
