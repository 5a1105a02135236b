import { z } from 'zod';
import { HOME_REGION, readPhone } from '../../core/member/phone.ts';
import { countReaches } from '../../core/member/reach.ts';
import { parseWhole } from '../arguments.ts';
import { type Client, connect, read } from '../client.ts';
import { misuse } from '../failure.ts';
import { type Texts, textsFor } from '../language.ts';
import { REACH_TEXTS, ToldReach, tellReach } from '../members/reach.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { isoTime } from '../time.ts';

const MembersAnswer = z.object({
  members: z.array(
    z.object({
      id: z.string(),
      createdAt: z.number().optional(),
      reach: ToldReach.optional(),
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
}

const TEXTS: Texts<MemberListTexts> = {
  en: {
    columns: ['MEMBER', 'SINCE', 'STATE', 'TIER', 'TAGS'],
    none: 'no members yet: the first LINE event of a person makes one, or pharos member import',
    nobody: (asked) => `nobody is in ${asked}`,
    more: (limit) => `these are the first ${limit}; there may be more (--limit)`,
  },
  'zh-TW': {
    columns: ['會員', '加入時間', '狀態', '等級', '標記'],
    none: '還沒有會員：有人傳來第一個 LINE 事件，或以 pharos member import 匯入',
    nobody: (asked) => `${asked} 目前沒有人`,
    more: (limit) => `這是前 ${limit} 位，可能還有更多（--limit）`,
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
  if (segment !== undefined && tag !== undefined) {
    throw misuse({
      en: 'ask for a --segment or for a --tag, not for both',
      'zh-TW': '--segment 與 --tag 只能擇一',
    });
  }
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
  if (segment !== undefined) {
    const reaches = members.flatMap(({ reach }) => (reach === undefined ? [] : [reach]));
    const { reachable, unreached } = countReaches(reaches);
    // What an older server does not tell must not be read as nobody.
    if (reaches.length === members.length) shell.talk(`${tellReach(shell, reachable, members.length, unreached)}\n`);
    return shell.out(members.map(({ id }) => `${id}\n`).join(''));
  }
  printTable(shell, [
    texts.columns,
    ...members.map(({ id, createdAt, reach, tier, tags }) => [
      id,
      createdAt === undefined ? '-' : isoTime(createdAt),
      reach === undefined ? '-' : textsFor(shell, REACH_TEXTS).states[reach],
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
    throw misuse(
      { en: 'say by what to find the member', 'zh-TW': '請說明要用什麼找會員' },
      {
        en: 'give one of --line-user, --phone, --email, --card, --tag',
        'zh-TW': '請寫 --line-user、--phone、--email、--card、--tag 其中一個',
      },
    );
  }
  const [by, typed] = asked;
  const subject = by === 'phone' ? readPhone(typed, region) : typed;
  if (subject === undefined) {
    throw misuse(
      { en: `--phone "${typed}" is no number of ${region}`, 'zh-TW': `--phone 的「${typed}」不是 ${region} 的號碼` },
      { en: 'or write it as +886912345678', 'zh-TW': '或寫成國際格式，例如 +886912345678' },
    );
  }
  if (by === 'lineUser' && !/^U[0-9a-f]{32}$/.test(subject)) {
    throw misuse({
      en: '--line-user must be a LINE user id: U and 32 lower-case hexadecimal digits',
      'zh-TW': '--line-user 要是 LINE user id：U 加上 32 個小寫十六進位數字',
    });
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
