import { Problem } from '../core/problem.ts';
import type { Db } from './database.ts';

/** Members who are one of their own: neither a part of another now, nor erased. */
export const livingMembers = (db: Db) =>
  db.selectFrom('member').where('member.merged_into', 'is', null).where('member.erased_at', 'is', null);

export interface LivingMember {
  readonly id: string;
  readonly blocked: boolean;
}

/**
 * These members, held until the transaction ends. Throws {@link Problem} where one of them is not there (any more):
 * `unknown_member`, `member_merged`, `member_erased`; `same_member` where one is named twice.
 */
export async function lockLiving(db: Db, ids: readonly string[]): Promise<Map<string, LivingMember>> {
  if (new Set(ids).size < ids.length) {
    throw new Problem('invalid', 'same_member', `"${ids[0]}" is one member, not two`, { remedy: 'name two members' });
  }
  const rows = await db
    .selectFrom('member')
    .select(['id', 'blocked', 'merged_into', 'erased_at'])
    .where('id', 'in', ids)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  for (const id of ids)
    assertLiving(
      id,
      rows.find((row) => row.id === id),
    );
  return new Map(rows.map(({ id, blocked }) => [id, { id, blocked: blocked === 1 }]));
}

/** Throws {@link Problem} unless this is a row of somebody who is a member of their own. */
export function assertLiving(
  id: string,
  row: { readonly merged_into: string | null; readonly erased_at: number | null } | undefined,
): void {
  if (row === undefined) {
    throw new Problem('not_found', 'unknown_member', `no member "${id}"`, { remedy: 'see pharos member list' });
  }
  if (row.erased_at !== null) {
    throw new Problem(
      'conflict',
      'member_erased',
      `member "${id}" was erased on ${new Date(row.erased_at).toISOString()}`,
    );
  }
  if (row.merged_into !== null) {
    throw new Problem('conflict', 'member_merged', `member "${id}" is a part of "${row.merged_into}" now`, {
      remedy: `name "${row.merged_into}", or take them apart first: pharos member unmerge ${id}`,
    });
  }
}
