import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { TagSubject, tagSubjectKey } from '../../protocol/messages/common.ts';
import { type Act, HEADQUARTERS } from '../core/access.ts';
import { isTimeZone } from '../core/calendar.ts';
import { IDENTITY_KINDS, readIdentity } from '../core/member/identity.ts';
import { isTagName } from '../core/member/import-row.ts';
import type { Identity } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import type { AttributeValue } from '../core/segment/types.ts';
import {
  ErasedAnswer,
  ErasureAnswer,
  FoundAnswer,
  LinkedAnswer,
  MemberAnswer,
  MemberExportAnswer,
  MembersAnswer,
  MergedAnswer,
  NO_LIVING_MEMBER,
  NOT_LINKED,
  TimelineAnswer,
  UnlinkedAnswer,
  UnmergedAnswer,
} from './answers/members.ts';
import { IdParams, limitUpTo, route, WhyField } from './route.ts';

/** What headquarters may ask and do about members. Each call may throw {@link Problem}. */
export interface MemberApi {
  list(query: MemberQuery): Promise<unknown[]>;
  find(identity: Pick<Identity, 'kind' | 'subject'>): Promise<{ readonly id: string }>;
  show(id: string): Promise<unknown>;
  timeline(id: string, limit: number): Promise<unknown[]>;
  change(
    id: string,
    change: {
      readonly tag?: readonly string[] | undefined;
      readonly untag?: readonly string[] | undefined;
      readonly set?: Readonly<Record<string, AttributeValue | null>> | undefined;
    },
    act: Act,
  ): Promise<void>;
  link(id: string, identity: Identity, wording: string | undefined, act: Act): Promise<unknown>;
  unlink(id: string, link: string, act: Act): Promise<unknown>;
  merge(asked: { survivor: string; absorbed: string; why: string; who: string }, act: Act): Promise<unknown>;
  unmerge(absorbed: string, act: Act): Promise<unknown>;
  export(id: string): Promise<unknown>;
  erase(asked: { member: string; why: string; who: string }, act: Act): Promise<unknown>;
  erasure(id: string): Promise<unknown>;
}

export interface MemberQuery {
  readonly limit: number;
  readonly segment?: string | undefined;
  readonly tag?: string | undefined;
  readonly timeZone?: string | undefined;
}

const ListQuery = z
  .strictObject({
    limit: limitUpTo(100_000, 100),
    segment: z.string().min(1).max(128).optional(),
    tag: z.string().min(1).max(64).optional(),
    timeZone: z.string().refine(isTimeZone, 'an IANA name such as Asia/Taipei').optional(),
  })
  .refine(({ segment, tag }) => segment === undefined || tag === undefined, 'ask for a segment or for a tag');
const TimelineQuery = z.strictObject({ limit: limitUpTo(10_000, 200) });
// Ids of LINE and numbers of phones come in bodies: what stands in a URL stands in the logs of every proxy on the way.
export const FindBody = z.union([
  z.strictObject({ lineUser: z.string().min(1).max(64) }).transform(({ lineUser }) => ({
    kind: 'line_user' as const,
    subject: lineUser,
  })),
  z.strictObject({ kind: z.enum(IDENTITY_KINDS), subject: z.string().min(1).max(320) }),
]);
const Wording = z.string().min(1).max(500);
const LinkBody = z.strictObject({
  kind: z.enum(IDENTITY_KINDS),
  subject: z.string().min(1).max(320),
  issuer: z.string().min(1).max(64).optional(),
  wording: Wording.optional(),
  why: WhyField.optional(),
});
const TagBody = TagSubject.omit({ kind: true }).extend({ wording: Wording, why: WhyField.optional() }).strict();
const UnlinkBody = z.strictObject({ link: z.string().min(1).max(64), why: WhyField.optional() });
const TagName = z.string().refine(isTagName, 'a tag has no spaces, commas or semicolons');
/** A date in another form would stand there and never be met by a campaign. */
const BIRTHDAY = /^(\d{4}|-)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const ChangeBody = z.strictObject({
  tag: z.array(TagName).max(100).optional(),
  untag: z.array(TagName).max(100).optional(),
  set: z
    .record(z.string().min(1).max(64), z.union([z.string().max(500), z.number(), z.boolean(), z.null()]))
    .refine(({ birthday }) => birthday == null || BIRTHDAY.test(String(birthday)), {
      message: 'a birthday looks like 1990-04-01, or --04-01 without the year',
      path: ['birthday'],
    })
    .optional(),
  why: WhyField.optional(),
});
/** `who`: where several people share a token, which of them says so. */
const Why = { why: WhyField, who: z.string().min(1).max(128).optional() };
const MergeBody = z.strictObject({ absorb: z.string().min(1).max(128), ...Why });
const EraseBody = z.strictObject({ confirm: z.string(), ...Why });

/** `/v1/members`: headquarters, and for what names a person outright or forgets one `admin` alone. */
export function memberRoutes(app: FastifyInstance, api: MemberApi): void {
  lookingRoutes(app, api);
  changingRoutes(app, api);
  mergingRoutes(app, api);
  forgettingRoutes(app, api);
}

function lookingRoutes(app: FastifyInstance, api: MemberApi): void {
  route(app, {
    ...{ method: 'GET', url: '/members', roles: HEADQUARTERS, summary: 'Members, the newest first.' },
    ...{ answer: MembersAnswer, refuses: { 404: ['unknown_segment'] } },
    query: ListQuery,
    handle: async ({ query }) => ({ members: await api.list(query) }),
  });
  route(app, {
    ...{ method: 'POST', url: '/members/find', roles: HEADQUARTERS, summary: 'The member behind an identity.' },
    ...{ answer: FoundAnswer, refuses: { 404: ['unknown_member'] } },
    body: FindBody,
    handle: async ({ body }) => ({ members: [await api.find(body)] }),
  });
  route(app, {
    ...{ method: 'GET', url: '/members/:id', roles: HEADQUARTERS, summary: 'One member, identities masked.' },
    ...{ answer: MemberAnswer, refuses: { 404: ['unknown_member'] } },
    params: IdParams,
    handle: async ({ params: { id } }) => await api.show(id),
  });
  route(app, {
    ...{ method: 'GET', url: '/members/:id/timeline', roles: HEADQUARTERS, summary: 'What happened with a member.' },
    ...{ answer: TimelineAnswer, refuses: { 404: ['unknown_member'] } },
    params: IdParams,
    query: TimelineQuery,
    handle: async ({ params: { id }, query: { limit } }) => ({ timeline: await api.timeline(id, limit) }),
  });
}

function changingRoutes(app: FastifyInstance, api: MemberApi): void {
  route(app, {
    ...{ method: 'POST', url: '/members/:id/profile', roles: HEADQUARTERS, summary: 'Changes tags and attributes.' },
    ...{ answer: MemberAnswer, refuses: NO_LIVING_MEMBER },
    params: IdParams,
    body: ChangeBody,
    handle: async ({ params: { id }, body: { why, ...change }, access }) => {
      await api.change(id, change, { by: access, why });
      return await api.show(id);
    },
  });
  route(app, {
    ...{ method: 'POST', url: '/members/:id/links', roles: HEADQUARTERS, summary: 'Ties an identity to a member.' },
    ...{ answer: LinkedAnswer, refuses: NOT_LINKED },
    params: IdParams,
    body: LinkBody,
    handle: async ({ params: { id }, body: { kind, subject, issuer, wording, why }, access }) => {
      const identity = readIdentity(kind, subject, issuer);
      if (!identity.ok)
        throw new Problem('invalid', identity.reject.code, identity.reject.detail, { where: 'subject' });
      return await api.link(id, identity.value, wording, { by: access, why });
    },
  });
  route(app, {
    ...{ method: 'POST', url: '/members/:id/tags', roles: HEADQUARTERS, summary: 'Ties a tag to a member.' },
    ...{ answer: LinkedAnswer, refuses: NOT_LINKED },
    params: IdParams,
    body: TagBody,
    handle: async ({ params: { id }, body: { wording, why, ...tag }, access }) => {
      const subject = tagSubjectKey({ kind: 'ibeacon', ...tag });
      return await api.link(id, { kind: 'ble_tag', issuer: 'ibeacon', subject }, wording, { by: access, why });
    },
  });
  route(app, {
    ...{ method: 'POST', url: '/members/:id/unlink', roles: HEADQUARTERS, summary: 'Ends a link and its consent.' },
    ...{
      answer: UnlinkedAnswer,
      refuses: { 404: ['unknown_member', 'unknown_link'], 409: ['member_merged', 'member_erased'] },
    },
    params: IdParams,
    body: UnlinkBody,
    handle: async ({ params: { id }, body: { link, why }, access }) => await api.unlink(id, link, { by: access, why }),
  });
}

function mergingRoutes(app: FastifyInstance, api: MemberApi): void {
  route(app, {
    ...{ method: 'POST', url: '/members/:id/merge', roles: HEADQUARTERS, summary: 'Makes two members one.' },
    ...{ answer: MergedAnswer, refuses: { ...NO_LIVING_MEMBER, 422: ['same_member'] } },
    params: IdParams,
    body: MergeBody,
    handle: async ({ params: { id }, body: { absorb, why, who }, access }) =>
      await api.merge({ survivor: id, absorbed: absorb, why, who: who ?? access.name }, { by: access, why }),
  });
  route(app, {
    ...{ method: 'POST', url: '/members/:id/unmerge', roles: HEADQUARTERS, summary: 'Takes a merge apart.' },
    ...{
      answer: UnmergedAnswer,
      refuses: { 404: ['unknown_member', 'not_merged'], 409: [...NO_LIVING_MEMBER[409], 'merged_since'] },
    },
    params: IdParams,
    body: z.strictObject({ why: WhyField.optional() }),
    handle: async ({ params: { id }, body: { why }, access }) => await api.unmerge(id, { by: access, why }),
  });
}

function forgettingRoutes(app: FastifyInstance, api: MemberApi): void {
  route(app, {
    ...{ method: 'GET', url: '/members/:id/export', roles: ['admin'] },
    ...{ answer: MemberExportAnswer, refuses: { 404: ['unknown_member'] } },
    summary: 'Everything known of a person, for that person.',
    params: IdParams,
    handle: async ({ params: { id } }) => await api.export(id),
  });
  route(app, {
    ...{ method: 'POST', url: '/members/:id/erase', roles: ['admin'] },
    ...{ answer: ErasedAnswer, refuses: { ...NO_LIVING_MEMBER, 422: ['not_confirmed'] } },
    summary: 'Forgets a person, here and on every node.',
    params: IdParams,
    body: EraseBody,
    handle: async ({ params: { id: member }, body: { confirm, why, who }, access }) => {
      if (confirm !== member) {
        throw new Problem('invalid', 'not_confirmed', `"${confirm}" is not "${member}"; nobody was erased`, {
          where: 'confirm',
          remedy: 'repeat the id of the member that is to be forgotten',
        });
      }
      return await api.erase({ member, why, who: who ?? access.name }, { by: access, why });
    },
  });
  route(app, {
    ...{ method: 'GET', url: '/members/:id/erasure', roles: HEADQUARTERS },
    ...{ answer: ErasureAnswer, refuses: { 404: ['not_erased'] } },
    summary: 'Which nodes have confirmed that they forgot.',
    params: IdParams,
    handle: async ({ params: { id } }) => await api.erasure(id),
  });
}
