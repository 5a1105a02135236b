import type { EpochMs } from '../protocol/units.ts';
import { membersOfSegment } from './audience.ts';
import type { FleetControl } from './fleet/shadow.ts';
import type { MemberApi } from './http/members.ts';
import type { StoreContext } from './store/context.ts';
import { memberAdmin } from './store/member-admin.ts';
import { eraseMember, forgetOnDisk } from './store/member-erase.ts';
import { erasureStatus } from './store/member-erasure-nodes.ts';
import { exportMember } from './store/member-export.ts';
import { memberLinks } from './store/member-links.ts';
import { mergeMembers } from './store/member-merge.ts';
import { memberTimeline } from './store/member-timeline.ts';
import { unmergeMembers } from './store/member-unmerge.ts';
import { reachesOf } from './store/reach.ts';

/** Members for headquarters: what the store knows, and the nodes that are told to forget. */
export function createMemberApi(deps: {
  readonly store: StoreContext;
  readonly control: Pick<FleetControl, 'remind'>;
  readonly now: () => EpochMs;
  /** The files still hold what was erased; they are gone over again with the next erasure. */
  readonly onDiskRemembers: (error: unknown) => void;
}): MemberApi {
  const { store, control, now } = deps;
  const admin = memberAdmin(store);
  const links = memberLinks(store);
  return {
    async list({ segment, limit, tag, timeZone }) {
      if (segment === undefined) return await admin.list({ limit, tag });
      const zone = timeZone ?? (await zoneOfHouse(store));
      const ids = await membersOfSegment(store, segment, { now: now(), timeZone: zone, limit });
      const reaches = await reachesOf(store.db, ids);
      return ids.map((id) => ({ id, reach: reaches.get(id) }));
    },
    find: (identity) => links.owner(identity),
    show: (id) => admin.show(id),
    timeline: (id, limit) => memberTimeline(store, id, limit),
    change: (id, change, act) => admin.change(id, change, now(), act),
    link: (id, identity, wording, act) => links.link(id, identity, wording, now(), act),
    unlink: (id, link, act) => links.unlink(id, link, now(), act),
    merge: (asked, act) => mergeMembers(store, asked, now(), act),
    unmerge: (absorbed, act) => unmergeMembers(store, absorbed, now(), act),
    export: (id) => exportMember(store, id, now()),
    async erase(asked, act) {
      const erased = await eraseMember(store, asked, now(), act);
      for (const node of erased.nodes) await control.remind(node);
      await forgetOnDisk(store.db).catch(deps.onDiskRemembers);
      return erased;
    },
    erasure: (id) => erasureStatus(store, id, now()),
  };
}

/** A list is about no shop in particular: days begin where the first one is. */
export async function zoneOfHouse({ db }: Pick<StoreContext, 'db'>): Promise<string> {
  const row = await db.selectFrom('store').select('spec').orderBy('id').limit(1).executeTakeFirst();
  return row === undefined ? 'UTC' : (JSON.parse(row.spec) as { timeZone: string }).timeZone;
}
