import { z } from 'zod';
import { connect, read } from '../client.ts';
import { TRADITIONAL_CHINESE } from '../explain/texts-zh-tw.ts';
import { misuse } from '../failure.ts';
import { textsFor, wordFor } from '../language.ts';
import { MEMBER_TEXTS } from '../member-texts.ts';
import { REACH_TEXTS, ToldReach } from '../members/reach.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { isoTime } from '../time.ts';
import { memberPath } from './member.ts';
import type { MemberTagOptions } from './member-tag.ts';

const MemberAnswer = z.object({
  id: z.string(),
  createdAt: z.number(),
  reach: ToldReach.optional(),
  mergedInto: z.string().optional(),
  erasedAt: z.number().optional(),
  madeOf: z.array(z.string()),
  tier: z.string().optional(),
  tags: z.array(z.string()),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  identities: z.array(z.object({ link: z.string(), kind: z.string(), shown: z.string(), since: z.number() })),
  consents: z.array(z.object({ purpose: z.string(), action: z.string(), wording: z.string(), at: z.number() })),
  coupons: z.array(z.object({ id: z.string(), campaign: z.string(), state: z.string(), expiresAt: z.number() })),
});
type MemberTold = z.infer<typeof MemberAnswer>;

/** `pharos member show <id>` */
export async function memberShow(shell: Shell, id: string): Promise<void> {
  tell(shell, await connect(shell).get(memberPath(id)));
}

/** `pharos member tag <id> +vip -staff` */
export async function memberTag(shell: Shell, words: readonly string[], options: MemberTagOptions): Promise<void> {
  const [id = '', ...changes] = words;
  const { why, add = [], remove = [] } = options;
  if (options.segment !== undefined || /^[+-]/.test(id)) {
    throw misuse(
      { en: '+vip and -vip are for one member, named first', 'zh-TW': '+vip 與 -vip 只用於一位會員，先寫會員 id' },
      { en: 'for many: --add vip, --remove vip', 'zh-TW': '多位會員請用 --add vip、--remove vip' },
    );
  }
  const named = changes.map((change) => {
    const [, sign, name] = /^([+-])([^\s,]{1,64})$/.exec(change) ?? [];
    if (sign === undefined || name === undefined) {
      throw misuse(
        { en: `"${change}" is no change of tags`, 'zh-TW': `「${change}」不是標記的增減` },
        { en: '+vip gives a tag, -vip takes it away', 'zh-TW': '+vip 加上標記，-vip 移除標記' },
      );
    }
    return { sign, name };
  });
  const names = (wanted: string): string[] => named.flatMap(({ sign, name }) => (sign === wanted ? [name] : []));
  tell(
    shell,
    await connect(shell).post(memberPath(id, 'profile'), {
      tag: [...add, ...names('+')],
      untag: [...remove, ...names('-')],
      why,
    }),
  );
}

/** `pharos member set <id> tier=gold`; an empty value takes the attribute away, numbers and true/false are such. */
export async function memberSet(shell: Shell, id: string, changes: readonly string[], why?: string): Promise<void> {
  const set = Object.fromEntries(
    changes.map((change) => {
      const at = change.indexOf('=');
      if (at < 1) {
        throw misuse(
          { en: `"${change}" must be name=value`, 'zh-TW': `「${change}」要寫成 名稱=值` },
          { en: 'an empty value takes the attribute away', 'zh-TW': '空白的值會移除屬性' },
        );
      }
      return [change.slice(0, at), attributeOf(change.slice(at + 1))] as const;
    }),
  );
  tell(shell, await connect(shell).post(memberPath(id, 'profile'), { set, why }));
}

function attributeOf(text: string): string | number | boolean | null {
  if (text === '') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  // Leading zeros are part of a name: postcodes and member numbers are no numbers.
  return /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text) ? Number(text) : text;
}

function tell(shell: Shell, answer: unknown): void {
  if (shell.json) {
    printJson(shell, answer);
    return;
  }
  const member = read(MemberAnswer, answer);
  const { tier, tags, attributes, madeOf } = member;
  const texts = textsFor(shell, MEMBER_TEXTS);
  const { titles } = texts;
  const couponStates = shell.language === 'zh-TW' ? TRADITIONAL_CHINESE.couponStates : {};
  printTable(shell, [
    [titles.member, member.id],
    [titles.since, isoTime(member.createdAt)],
    [titles.state, stateOf(shell, member)],
    ...(madeOf.length === 0 ? [] : [[titles.madeOf, madeOf.join(', ')]]),
    ...(tier === undefined ? [] : [[titles.tier, tier]]),
    ...(tags.length === 0 ? [] : [[titles.tags, tags.join(', ')]]),
    ...Object.entries(attributes).map(([name, value]) => [name, String(value)]),
    ...member.identities.map(({ link, kind, shown, since }) => [
      wordFor(texts.identities, kind),
      `${shown}  ${link}  ${texts.since(isoTime(since))}`,
    ]),
    ...member.consents.map(({ purpose, action, wording, at }) => [
      titles.consent,
      `${purpose} ${wordFor(texts.consents, action)}  ${wording}  ${isoTime(at)}`,
    ]),
    ...member.coupons.map(({ id, campaign, state, expiresAt }) => [
      titles.coupon,
      `${id}  ${campaign}  ${wordFor(couponStates, state)}  ${texts.until(isoTime(expiresAt))}`,
    ]),
  ]);
}

function stateOf(shell: Shell, { erasedAt, mergedInto, reach }: MemberTold): string {
  const { erasedOn, partOf } = textsFor(shell, MEMBER_TEXTS);
  if (erasedAt !== undefined) return erasedOn(isoTime(erasedAt));
  if (mergedInto !== undefined) return partOf(mergedInto);
  return reach === undefined ? '-' : textsFor(shell, REACH_TEXTS).states[reach];
}
