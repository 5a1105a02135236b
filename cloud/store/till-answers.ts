import type { TillAnswer } from '../core/till/answer.ts';
import type { Channel } from '../core/till/types.ts';
import type { StoreContext } from './context.ts';
import type { Db } from './database.ts';

/** One request by its key: the till repeats it word for word until it has its answer. */
export interface Keyed {
  readonly channel: Pick<Channel, 'kind' | 'id'>;
  readonly key: string;
  /** The request in one form. */
  readonly text: string;
  readonly at: number;
}

/**
 * Does something once for its key, in the caller's transaction, and answers a repeat as the first time. What was refused
 * changed nothing and is not kept: asked again, the same may succeed.
 */
export async function once(
  { db, vault }: Pick<StoreContext, 'db' | 'vault'>,
  { channel, key, text, at }: Keyed,
  work: () => Promise<TillAnswer>,
): Promise<TillAnswer> {
  const digest = answerDigest(vault, text);
  const known = async (): Promise<TillAnswer | undefined> => {
    const row = await db
      .selectFrom('till_answer')
      .select(['digest', 'status', 'body'])
      .where('channel_kind', '=', channel.kind)
      .where('channel_id', '=', channel.id)
      .where('idempotency_key', '=', key)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    if (row.digest !== digest) return { kind: 'refused', refusal: { code: 'idempotency_key_reused' } };
    return { kind: 'done', status: row.status, body: JSON.parse(row.body) as object, replayed: true };
  };
  const before = await known();
  if (before !== undefined) return before;
  const answer = await work();
  // The same request may have been under way beside this one; then that is why this one is refused.
  if (answer.kind === 'refused') return (await known()) ?? answer;
  await db
    .insertInto('till_answer')
    .values({
      ...{ channel_kind: channel.kind, channel_id: channel.id, idempotency_key: key, digest },
      ...{ status: answer.status, body: JSON.stringify(answer.body), at },
    })
    .execute();
  return answer;
}

/**
 * Whether something was redeemed or taken back with this key before: known for as long as the redemption is, and so long
 * after its answer was forgotten.
 */
export async function isKeyUsed(db: Db, { channel, key }: Pick<Keyed, 'channel' | 'key'>): Promise<boolean> {
  const row = await db
    .selectFrom('redemption')
    .select('id')
    .where('channel_kind', '=', channel.kind)
    .where('channel_id', '=', channel.id)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  return row !== undefined;
}

/** By which a request is known again; nobody can read it back. */
export const answerDigest = (vault: Pick<StoreContext['vault'], 'digest'>, text: string): string =>
  vault.digest(`till\n${text}`);

/** So many at once that a day's answers are gone within minutes, so few that no till waits for it. */
const MOST_FORGOTTEN = 2_000;

/** Forgets answers given before that time, the oldest first; resolves with how many. */
export async function forgetAnswers(db: Db, before: number): Promise<number> {
  const last = await db
    .selectFrom('till_answer')
    .select('at')
    .where('at', '<', before)
    .orderBy('at')
    .offset(MOST_FORGOTTEN)
    .limit(1)
    .executeTakeFirst();
  const { numDeletedRows } = await db
    .deleteFrom('till_answer')
    .where('at', '<', last?.at ?? before)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
