import { createHash, randomBytes } from 'node:crypto';
import {
  type Access,
  type Act,
  ADMIN,
  type AskedToken,
  type Channel,
  checkBinding,
  type Role,
} from '../core/access.ts';
import { Problem } from '../core/problem.ts';
import { auditRows } from './audit.ts';
import { present, type StoreContext } from './context.ts';
import type { Db } from './database.ts';
import { transact } from './transact.ts';

/** A token as it may be shown: never itself. */
export interface KnownToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly channel?: Channel;
  readonly createdAt: number;
  readonly lastUsedAt?: number;
}

const PREFIX = 'pht_';
/** Often enough to tell whether a token is still used; each note of it is a write. */
const NOTE_USE_EVERY_MS = 60 * 60_000;

const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Tokens people and tills show. Only their digests are kept, so nobody can be told one again. */
export const accessRows = ({ db, mint }: Pick<StoreContext, 'db' | 'mint'>) => ({
  /** Who shows this token, if it works. */
  async find(token: string, now: number): Promise<Access | undefined> {
    if (!token.startsWith(PREFIX)) return undefined;
    const row = await db
      .selectFrom('access_token')
      .selectAll()
      .where('digest', '=', digestOf(token))
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    if (now - (row.last_used_at ?? 0) >= NOTE_USE_EVERY_MS) {
      await db.updateTable('access_token').set({ last_used_at: now }).where('id', '=', row.id).execute();
    }
    return { tokenId: row.id, name: row.name, role: row.role, ...channelOf(row) };
  },

  /** The token itself is in this answer and nowhere else. Throws {@link Problem}: `name_taken`, `unknown_channel`, … */
  async create(asked: AskedToken, act: Act, at: number): Promise<KnownToken & { readonly token: string }> {
    checkBinding(asked);
    const { name, role, channel } = asked;
    const token = `${PREFIX}${randomBytes(24).toString('base64url')}`;
    const id = await transact(db, async (tx) => {
      if (channel !== undefined) await checkChannel(tx, channel);
      const twin = await tx
        .selectFrom('access_token')
        .select('id')
        .where('name', '=', name)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      if (twin !== undefined || name === ADMIN.name) {
        throw new Problem('conflict', 'name_taken', `there is a token "${name}" already`, {
          where: 'name',
          remedy: 'the name tells who did something: choose another one, or revoke that token',
        });
      }
      const made = mint.id('token');
      await tx
        .insertInto('access_token')
        .values({
          id: made,
          name,
          role,
          channel_kind: channel?.kind ?? null,
          channel_id: channel?.id ?? null,
          digest: digestOf(token),
          created_at: at,
          last_used_at: null,
          revoked_at: null,
        })
        .execute();
      const subject = { kind: 'Token', id: made };
      const detail = { name, role, ...present({ channel }) };
      await auditRows(tx, mint).write({ act, action: 'token.create', subject, detail }, at);
      return made;
    });
    return { id, name, role, ...present({ channel }), createdAt: at, token };
  },

  /** Those that work, the oldest first. */
  async list(): Promise<KnownToken[]> {
    const rows = await db
      .selectFrom('access_token')
      .selectAll()
      .where('revoked_at', 'is', null)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      role: row.role,
      ...channelOf(row),
      createdAt: row.created_at,
      ...present({ lastUsedAt: row.last_used_at }),
    }));
  },

  /** By id or name; works no more from then on. Throws {@link Problem} `unknown_token`, `which_token`. */
  async revoke(idOrName: string, act: Act, at: number): Promise<{ readonly id: string; readonly name: string }> {
    return await transact(db, async (tx) => {
      const meant = await tx
        .selectFrom('access_token')
        .select(['id', 'name'])
        .where('revoked_at', 'is', null)
        .where((it) => it.or([it('id', '=', idOrName), it('name', '=', idOrName)]))
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      // Somebody may have named a token as another one's id.
      const twin = meant.find(({ name }) => name === idOrName);
      if (twin !== undefined && meant.length > 1) {
        const what = `"${idOrName}" is the id of one token and the name of another, "${twin.id}"`;
        throw new Problem('conflict', 'which_token', what, {
          remedy: `revoke the one of that name first: pharos token revoke ${twin.id}`,
        });
      }
      const row = await tx
        .updateTable('access_token')
        .set({ revoked_at: at })
        .where('revoked_at', 'is', null)
        .where('id', '=', meant[0]?.id ?? '')
        .returning(['id', 'name'])
        .executeTakeFirst();
      if (row === undefined) {
        throw new Problem('not_found', 'unknown_token', `no token "${idOrName}" that works`, {
          remedy: 'see pharos token list',
        });
      }
      const subject = { kind: 'Token', id: row.id };
      await auditRows(tx, mint).write({ act, action: 'token.revoke', subject, detail: { name: row.name } }, at);
      return row;
    });
  },
});

export type AccessRows = ReturnType<typeof accessRows>;

const channelOf = (row: {
  readonly channel_kind: Channel['kind'] | null;
  readonly channel_id: string | null;
}): { readonly channel?: Channel } =>
  row.channel_kind === null || row.channel_id === null
    ? {}
    : { channel: { kind: row.channel_kind, id: row.channel_id } };

async function checkChannel(tx: Db, { kind, id }: Channel): Promise<void> {
  const found =
    kind === 'store'
      ? await tx.selectFrom('store').select('id').where('id', '=', id).executeTakeFirst()
      : await tx
          .selectFrom('document')
          .select('id')
          .where('kind', '=', 'WebShop')
          .where('id', '=', id)
          .executeTakeFirst();
  if (found !== undefined) return;
  throw new Problem('not_found', 'unknown_channel', `no ${kind === 'store' ? 'store' : 'web shop'} "${id}"`, {
    where: 'channel',
    remedy: 'apply it first, or correct its name',
  });
}
