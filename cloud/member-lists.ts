import type { EpochMs } from '../protocol/units.ts';
import { audiencePages } from './audience.ts';
import type { MemberId } from './core/ids.ts';
import { countReaches, type Reach } from './core/member/reach.ts';
import { Problem } from './core/problem.ts';
import type { SegmentExpr } from './core/segment/types.ts';
import type { MemberListApi } from './http/member-lists.ts';
import { auditRows } from './store/audit.ts';
import type { StoreContext } from './store/context.ts';
import { importMembers } from './store/member-import.ts';
import { listMembers } from './store/member-list.ts';
import { tagMembers } from './store/member-tag-many.ts';
import { reachesOf } from './store/reach.ts';
import { segmentRows } from './store/segments.ts';

/** Members by the list: brought in, taken out, tagged and counted, many at a time. */
export function createMemberLists(deps: {
  readonly store: StoreContext;
  readonly now: () => EpochMs;
  /** The account's own user id, as webhooks name it. Rejects where LINE does not answer. */
  readonly lineIssuer: () => Promise<string>;
  readonly houseZone: () => Promise<string>;
}): MemberListApi {
  const { store, now, houseZone } = deps;
  let known: string | undefined;
  /** An account keeps it for life. */
  const lineIssuer = async (): Promise<string> => {
    try {
      known ??= await deps.lineIssuer();
      return known;
    } catch {
      throw new Problem('conflict', 'line_silent', 'LINE does not say whose LINE user ids these are', {
        remedy: 'try again when pharos line connect succeeds, or leave the column line_user out for now',
      });
    }
  };
  const pages = async (who: SegmentExpr | undefined, timeZone: string | undefined) =>
    audiencePages(store, who, { now: now(), timeZone: timeZone ?? (await houseZone()) });

  return {
    async import({ rows, dryRun }, act) {
      const isNeeded = rows.some(({ identities }) => identities.some(({ kind }) => kind === 'line_user'));
      const issuer = isNeeded ? await lineIssuer() : undefined;
      return await importMembers(store, { rows, dryRun, lineIssuer: issuer, at: now(), act });
    },

    async *export({ who, timeZone, identities }, act) {
      // Before the first page: a list that names people is remembered, also where nobody reads it to its end.
      // Not the condition itself: it may compare with what names somebody.
      const detail = { identities, ...(who !== undefined && { of: 'segment' in who ? who.segment : 'a condition' }) };
      const subject = { kind: 'Members', id: 'export' };
      await auditRows(store.db, store.mint).write({ act, action: 'member.list-export', subject, detail }, now());
      for await (const { members } of await pages(who, timeZone)) yield* await listMembers(store, members, identities);
    },

    async tag({ who, members, timeZone, dryRun, ...change }, act) {
      let matched = 0;
      let changed = 0;
      const work = async (ids: readonly MemberId[]): Promise<void> => {
        matched += ids.length;
        if (!dryRun && ids.length > 0) changed += await tagMembers(store, ids, change, now(), act);
      };
      if (who === undefined) await work(await living(store, members ?? []));
      else {
        // All of them first: who is in a segment may change with the tags that are given.
        const meant: MemberId[] = [];
        for await (const page of await pages(who, timeZone)) meant.push(...page.members);
        for (let from = 0; from < meant.length; from += AT_ONCE) await work(meant.slice(from, from + AT_ONCE));
      }
      return { matched, changed };
    },

    async preview({ who, timeZone, sample }) {
      let count = 0;
      let of = 0;
      const reaches: Reach[] = [];
      const first: MemberId[] = [];
      for await (const { members, looked } of await pages(who, timeZone)) {
        count += members.length;
        of += looked;
        reaches.push(...(await reachesOf(store.db, members)).values());
        first.push(...members.slice(0, sample - first.length));
      }
      const shown = await listMembers(store, first, false);
      const reached = countReaches(reaches);
      return {
        count,
        of,
        ...reached,
        sample: shown.map(({ member, tier, tags }) => ({ member, ...(tier && { tier }), tags })),
      };
    },

    segments: () => segmentRows(store).list(),
  };
}

/** Members tagged in one transaction. */
const AT_ONCE = 500;

/** Throws {@link Problem} `unknown_member` for the first that is not there (any more). */
async function living(store: StoreContext, ids: readonly string[]): Promise<MemberId[]> {
  const members = ids as readonly MemberId[];
  const found = new Set((await listMembers(store, members, false)).map(({ member }) => member));
  const missing = members.find((id) => !found.has(id));
  if (missing === undefined) return [...found];
  throw new Problem('not_found', 'unknown_member', `no member "${missing}"`, { remedy: 'see pharos member list' });
}
