import { z } from 'zod';
import { parseWhole } from '../arguments.ts';
import { type Client, connect, read } from '../client.ts';
import { misuse } from '../failure.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { isoTime } from '../time.ts';

const MembersAnswer = z.object({
  members: z.array(z.object({ id: z.string(), blocked: z.boolean().optional(), createdAt: z.number().optional() })),
});

/** As many as the server lists at a time. */
const MOST = 100_000;

export interface MemberListOptions {
  readonly segment?: string;
  readonly tag?: string;
  readonly limit?: string;
  readonly timeZone?: string;
}

export const memberPath = (id: string, ...more: readonly string[]): string =>
  ['/v1/members', encodeURIComponent(id), ...more].join('/');

/** `pharos member list` */
export async function memberList(shell: Shell, options: MemberListOptions = {}): Promise<void> {
  const { segment, tag, timeZone } = options;
  // A segment is asked for to be used: part of it would be mistaken for all of it.
  const limit = options.limit ?? (segment === undefined ? '100' : String(MOST));
  if (segment !== undefined && tag !== undefined) throw misuse('ask for a --segment or for a --tag, not for both');
  const query = new URLSearchParams({ limit: String(parseWhole('--limit', limit, 1, MOST)) });
  for (const [name, value] of Object.entries({ segment, tag, timeZone }))
    if (value !== undefined) query.set(name, value);
  const answer = await connect(shell).get(`/v1/members?${query}`);
  if (shell.json) return printJson(shell, answer);
  const { members } = read(MembersAnswer, answer);
  if (members.length === 0) {
    const asked = segment ?? tag;
    const all = 'no members yet: the first LINE event of a person makes one\n';
    return shell.talk(asked === undefined ? all : `nobody is in ${asked}\n`);
  }
  if (members.length === Number(limit)) shell.talk(`these are the first ${limit}; there may be more (--limit)\n`);
  if (segment !== undefined) return shell.out(members.map(({ id }) => `${id}\n`).join(''));
  printTable(shell, [
    ['MEMBER', 'SINCE', 'STATE'],
    ...members.map(({ id, createdAt, blocked }) => [
      id,
      createdAt === undefined ? '-' : isoTime(createdAt),
      blocked === true ? 'blocked us' : 'reachable',
    ]),
  ]);
}

const FOUND_BY = { lineUser: 'line_user', phone: 'phone', email: 'email', card: 'pos_card', tag: 'ble_tag' } as const;
export type FindOptions = { readonly [Option in keyof typeof FOUND_BY]?: string };

/** `pharos member find --line-user U…`, or by phone, address, card or tag */
export async function memberFind(shell: Shell, options: FindOptions): Promise<void> {
  const [asked, ...more] = Object.entries(options) as [keyof FindOptions, string][];
  if (asked === undefined || more.length > 0) {
    throw misuse('say by what to find the member', 'give one of --line-user, --phone, --email, --card, --tag');
  }
  const [by, subject] = asked;
  if (by === 'lineUser' && !/^U[0-9a-f]{32}$/.test(subject)) {
    throw misuse('--line-user must be a LINE user id: U and 32 lower-case hexadecimal digits');
  }
  const answer = await connect(shell).post('/v1/members/find', { kind: FOUND_BY[by], subject });
  if (shell.json) return printJson(shell, answer);
  for (const { id } of read(MembersAnswer, answer).members) shell.out(`${id}\n`);
}

/** Posts and tells the answer: as it is for JSON, else in one line. */
export async function tellPost(
  shell: Shell,
  post: (client: Client) => Promise<unknown>,
  line: (answer: unknown) => string,
): Promise<void> {
  const answer = await post(connect(shell));
  if (shell.json) printJson(shell, answer);
  else shell.out(`${line(answer)}\n`);
}
