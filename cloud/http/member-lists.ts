import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Act, HEADQUARTERS } from '../core/access.ts';
import { isTimeZone } from '../core/calendar.ts';
import { SegmentField } from '../core/manifest/segment.ts';
import { type ImportOutcome, type ImportRow, ImportRowField, isTagName } from '../core/member/import-row.ts';
import type { Unreached } from '../core/member/reach.ts';
import { Problem } from '../core/problem.ts';
import type { SegmentExpr } from '../core/segment/types.ts';
import {
  ImportAnswer,
  MemberLine,
  NO_LIVING_MEMBER,
  SegmentPreviewAnswer,
  SegmentsAnswer,
  TaggedAnswer,
} from './answers/members.ts';
import { route, WhyField } from './route.ts';

/** Who is meant; a segment that is there is `{ segment: id }`. */
interface Meant {
  readonly who?: SegmentExpr | undefined;
  readonly timeZone?: string | undefined;
}

/** What headquarters may do with members by the list. Each call may throw {@link Problem}. */
export interface MemberListApi {
  import(asked: { readonly rows: readonly ImportRow[]; readonly dryRun: boolean }, act: Act): Promise<ImportOutcome>;
  export(asked: Meant & { readonly identities: boolean }, act: Act): AsyncIterable<unknown>;
  tag(
    asked: Meant & {
      readonly members?: readonly string[] | undefined;
      readonly tag: readonly string[];
      readonly untag: readonly string[];
      readonly dryRun: boolean;
    },
    act: Act,
  ): Promise<{ readonly matched: number; readonly changed: number }>;
  preview(asked: Meant & { readonly who: SegmentExpr; readonly sample: number }): Promise<{
    readonly count: number;
    readonly of: number;
    readonly reachable: number;
    readonly unreached: Unreached;
    readonly sample: readonly unknown[];
  }>;
  segments(): Promise<readonly unknown[]>;
}

/** A list travels in parts: each is one transaction, and one body that stays far below what we take. */
export const MOST_ROWS = 1_000;

const TimeZone = z.string().refine(isTimeZone, 'an IANA name such as Asia/Taipei').optional();
const TagNames = z
  .array(z.string().refine(isTagName, 'a tag has no spaces, commas or semicolons'))
  .max(100)
  .default([]);
const ImportBody = z.strictObject({
  rows: z.array(ImportRowField).min(1).max(MOST_ROWS),
  dryRun: z.boolean().default(false),
  why: WhyField.optional(),
});
const ExportBody = z.strictObject({
  who: SegmentField.optional(),
  timeZone: TimeZone,
  identities: z.boolean().default(false),
  why: WhyField.optional(),
});
const TagBody = z
  .strictObject({
    who: SegmentField.optional(),
    members: z.array(z.string().min(1).max(64)).min(1).max(1_000).optional(),
    timeZone: TimeZone,
    tag: TagNames,
    untag: TagNames,
    dryRun: z.boolean().default(false),
    why: WhyField.optional(),
  })
  .refine(({ who, members }) => (who === undefined) !== (members === undefined), 'name members, or say who is meant')
  .refine(({ tag, untag }) => tag.length + untag.length > 0, 'name a tag to give or to take away');
const PreviewBody = z.strictObject({
  who: SegmentField,
  timeZone: TimeZone,
  sample: z.int().min(0).max(100).default(10),
});

/** `/v1/members` and `/v1/segments`, many at a time. Who people are outright is for `admin` alone. */
export function memberListRoutes(app: FastifyInstance, api: MemberListApi): void {
  route(app, {
    ...{ method: 'POST', url: '/members/import', roles: HEADQUARTERS },
    ...{ answer: ImportAnswer, refuses: { 409: ['line_silent'] } },
    summary: 'Takes in a part of a list of members; what it cannot take in it says, line by line.',
    body: ImportBody,
    handle: async ({ body: { why, ...asked }, access }) => await api.import(asked, { by: access, why }),
  });
  route(app, {
    ...{ method: 'POST', url: '/members/export', roles: HEADQUARTERS },
    ...{ lines: MemberLine, refuses: { 403: ['identities_not_allowed'], 404: ['unknown_segment'] } },
    summary: 'Members as lines of JSON; with identities for admin alone.',
    body: ExportBody,
    async handle({ body: { why, ...asked }, access, reply }) {
      if (asked.identities && access.role !== 'admin') {
        throw new Problem('not_allowed', 'identities_not_allowed', 'who people are outright is for the role admin', {
          where: 'identities',
          remedy: 'leave the identities out, or use a token of the role admin',
        });
      }
      const rows = await begun(api.export(asked, { by: access, why }));
      const lines = Readable.from(linesOf(rows));
      reply.raw.once('close', () => lines.destroy());
      return await reply.type('application/x-ndjson').send(lines);
    },
  });
  route(app, {
    ...{ method: 'POST', url: '/members/tag', roles: HEADQUARTERS },
    ...{ answer: TaggedAnswer, refuses: { ...NO_LIVING_MEMBER, 404: ['unknown_member', 'unknown_segment'] } },
    summary: 'Gives tags to many members and takes them away; a dry run says how many are meant.',
    body: TagBody,
    handle: async ({ body: { why, ...asked }, access }) => await api.tag(asked, { by: access, why }),
  });
  route(app, {
    ...{ method: 'GET', url: '/segments', roles: HEADQUARTERS },
    ...{ answer: SegmentsAnswer, refuses: {} },
    summary: 'Segments, and the campaigns they reach.',
    handle: async () => ({ segments: await api.segments() }),
  });
  route(app, {
    ...{ method: 'POST', url: '/segments/preview', roles: HEADQUARTERS },
    ...{ answer: SegmentPreviewAnswer, refuses: { 404: ['unknown_segment'] } },
    summary: 'How many a condition means now, how many of them LINE can reach, and some of them.',
    body: PreviewBody,
    handle: async ({ body }) => await api.preview(body),
  });
}

/** Waits for the first row, so that what is wrong with the question is answered as such and not in the middle of a list. */
async function begun(rows: AsyncIterable<unknown>): Promise<AsyncIterable<unknown>> {
  const all = rows[Symbol.asyncIterator]();
  const first = await all.next();
  return (async function* () {
    try {
      if (first.done !== true) yield first.value;
      for (let next = await all.next(); next.done !== true; next = await all.next()) yield next.value;
    } finally {
      await all.return?.();
    }
  })();
}

/** Many small rows a chunk: each costs the stream as much as a large one. */
async function* linesOf(rows: AsyncIterable<unknown>): AsyncGenerator<string> {
  let chunk = '';
  for await (const row of rows) {
    chunk += `${JSON.stringify(row)}\n`;
    if (chunk.length < 64_000) continue;
    yield chunk;
    chunk = '';
  }
  yield `${chunk}${JSON.stringify({ end: true })}\n`;
}
