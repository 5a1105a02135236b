import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { TagSubject, tagSubjectKey } from '../../protocol/messages/common.ts';
import { isTimeZone } from '../core/calendar.ts';
import { IDENTITY_KINDS, readIdentity } from '../core/member/identity.ts';
import type { Identity } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import type { AttributeValue } from '../core/segment/types.ts';
import { read } from './read.ts';

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
  ): Promise<void>;
  link(id: string, identity: Identity, wording: string | undefined): Promise<unknown>;
  unlink(id: string, link: string): Promise<unknown>;
  merge(asked: { survivor: string; absorbed: string; why: string; who: string }): Promise<unknown>;
  unmerge(absorbed: string): Promise<unknown>;
  export(id: string): Promise<unknown>;
  erase(asked: { member: string; why: string; who: string }): Promise<unknown>;
  erasure(id: string): Promise<unknown>;
}

export interface MemberQuery {
  readonly limit: number;
  readonly segment?: string | undefined;
  readonly tag?: string | undefined;
  readonly timeZone?: string | undefined;
}

const IdParams = z.object({ id: z.string().min(1).max(128) });
const ListQuery = z
  .strictObject({
    limit: z.coerce.number().int().min(1).max(100_000).default(100),
    segment: z.string().min(1).max(128).optional(),
    tag: z.string().min(1).max(64).optional(),
    timeZone: z.string().refine(isTimeZone, 'an IANA name such as Asia/Taipei').optional(),
  })
  .refine(({ segment, tag }) => segment === undefined || tag === undefined, 'ask for a segment or for a tag');
const TimelineQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(10_000).default(200) });
// Ids of LINE and numbers of phones come in bodies: what stands in a URL stands in the logs of every proxy on the way.
const FindBody = z.union([
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
});
const TagBody = TagSubject.omit({ kind: true }).extend({ wording: Wording }).strict();
const UnlinkBody = z.strictObject({ link: z.string().min(1).max(64) });
const TagName = z.string().regex(/^[^\s,]{1,64}$/, 'a tag has no spaces or commas');
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
});
const Why = { why: z.string().min(1).max(500), who: z.string().min(1).max(128).default('admin') };
const MergeBody = z.strictObject({ absorb: z.string().min(1).max(128), ...Why });
const EraseBody = z.strictObject({ confirm: z.string(), ...Why });

/** `/v1/members`, behind the token of whoever registers it. */
export function memberRoutes(app: FastifyInstance, api: MemberApi): void {
  const idOf = (request: { readonly params: unknown }): string => read(IdParams, request.params).id;

  app.get('/members', async (request) => ({ members: await api.list(read(ListQuery, request.query)) }));
  app.post('/members/find', async (request) => ({ members: [await api.find(read(FindBody, request.body))] }));
  app.get('/members/:id', async (request) => await api.show(idOf(request)));
  app.get('/members/:id/timeline', async (request) => ({
    timeline: await api.timeline(idOf(request), read(TimelineQuery, request.query).limit),
  }));
  app.post('/members/:id/profile', async (request) => {
    await api.change(idOf(request), read(ChangeBody, request.body));
    return await api.show(idOf(request));
  });
  app.post('/members/:id/links', async (request) => {
    const { kind, subject, issuer, wording } = read(LinkBody, request.body);
    const identity = readIdentity(kind, subject, issuer);
    if (!identity.ok) throw new Problem('invalid', identity.reject.code, identity.reject.detail, { where: 'subject' });
    return await api.link(idOf(request), identity.value, wording);
  });
  app.post('/members/:id/tags', async (request) => {
    const { wording, ...tag } = read(TagBody, request.body);
    const subject = tagSubjectKey({ kind: 'ibeacon', ...tag });
    return await api.link(idOf(request), { kind: 'ble_tag', issuer: 'ibeacon', subject }, wording);
  });
  app.post('/members/:id/unlink', async (request) => api.unlink(idOf(request), read(UnlinkBody, request.body).link));
  app.post('/members/:id/merge', async (request) => {
    const { absorb, why, who } = read(MergeBody, request.body);
    return await api.merge({ survivor: idOf(request), absorbed: absorb, why, who });
  });
  app.post('/members/:id/unmerge', async (request) => api.unmerge(idOf(request)));
  app.get('/members/:id/export', async (request) => api.export(idOf(request)));
  app.post('/members/:id/erase', async (request) => {
    const { confirm, why, who } = read(EraseBody, request.body);
    const member = idOf(request);
    if (confirm !== member) {
      throw new Problem('invalid', 'not_confirmed', `"${confirm}" is not "${member}"; nobody was erased`, {
        where: 'confirm',
        remedy: 'repeat the id of the member that is to be forgotten',
      });
    }
    return await api.erase({ member, why, who });
  });
  app.get('/members/:id/erasure', async (request) => api.erasure(idOf(request)));
}
