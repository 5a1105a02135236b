import { z } from 'zod';
import { HOME_REGION, readPhone } from '../../core/member/phone.ts';
import { parseWhole } from '../arguments.ts';
import { type Client, connect, read } from '../client.ts';
import { misuse } from '../failure.ts';
import { type Texts, textsFor } from '../language.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { isoTime } from '../time.ts';

const MembersAnswer = z.object({
  members: z.array(
    z.object({
      id: z.string(),
      blocked: z.boolean().optional(),
      createdAt: z.number().optional(),
      tier: z.string().optional(),
      tags: z.array(z.string()).default([]),
    }),
  ),
});

interface MemberListTexts {
  readonly columns: readonly string[];
  readonly none: string;
  readonly nobody: (asked: string) => string;
  readonly more: (limit: string) => string;
  readonly blocked: string;
  readonly reachable: string;
}

const TEXTS: Texts<MemberListTexts> = {
  en: {
    columns: ['MEMBER', 'SINCE', 'STATE', 'TIER', 'TAGS'],
    none: 'no members yet: the first LINE event of a person makes one, or pharos member import',
    nobody: (asked) => `nobody is in ${asked}`,
    more: (limit) => `these are the first ${limit}; there may be more (--limit)`,
    blocked: 'blocked us',
    reachable: 'reachable',
  },
  'zh-TW': {
    columns: ['會員', '加入時間', '狀態', '等級', '標記'],
    none: '還沒有會員：有人傳來第一個 LINE 事件，或以 pharos member import 匯入',
    nobody: (asked) => `${asked} 目前沒有人`,
    more: (limit) => `這是前 ${limit} 位，可能還有更多（--limit）`,
    blocked: '已封鎖',
    reachable: '可聯絡',
  },
};

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
  const texts = textsFor(shell, TEXTS);
  if (members.length === 0) {
    const asked = segment ?? tag;
    return shell.talk(`${asked === undefined ? texts.none : texts.nobody(asked)}\n`);
  }
  if (members.length === Number(limit)) shell.talk(`${texts.more(limit)}\n`);
  if (segment !== undefined) return shell.out(members.map(({ id }) => `${id}\n`).join(''));
  printTable(shell, [
    texts.columns,
    ...members.map(({ id, createdAt, blocked, tier, tags }) => [
      id,
      createdAt === undefined ? '-' : isoTime(createdAt),
      blocked === true ? texts.blocked : texts.reachable,
      tier ?? '-',
      tags.join(', '),
    ]),
  ]);
}

const FOUND_BY = { lineUser: 'line_user', phone: 'phone', email: 'email', card: 'pos_card', tag: 'ble_tag' } as const;
export type FindOptions = { readonly [Option in keyof typeof FOUND_BY | 'region']?: string };

/** `pharos member find --line-user U…`, or by phone, address, card or tag */
export async function memberFind(shell: Shell, { region = HOME_REGION, ...options }: FindOptions): Promise<void> {
  const [asked, ...more] = Object.entries(options) as [keyof typeof FOUND_BY, string][];
  if (asked === undefined || more.length > 0) {
    throw misuse('say by what to find the member', 'give one of --line-user, --phone, --email, --card, --tag');
  }
  const [by, typed] = asked;
  const subject = by === 'phone' ? readPhone(typed, region) : typed;
  if (subject === undefined)
    throw misuse(`--phone "${typed}" is no number of ${region}`, 'or write it as +886912345678');
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
