import { z } from 'zod';
import { read } from '../client.ts';
import { misuse } from '../failure.ts';
import { textsFor, wordFor } from '../language.ts';
import { MEMBER_CHANGE_TEXTS, type MemberChangeTexts } from '../member-texts.ts';
import { type Shell, setting } from '../shell.ts';
import { memberPath, tellPost } from './member.ts';

const Counts = z.record(z.string(), z.number());
const MergeAnswer = z.object({
  merge: z.string(),
  moved: Counts,
  revoked: z.array(z.string()),
  visitsFolded: z.number(),
});
const UnmergeAnswer = z.object({ survivor: z.string(), kept: Counts, stayed: Counts });

export interface WhyOptions {
  readonly why: string;
  readonly who?: string;
}

/** Who does it, as the record names them: as said, else as the machine knows them. */
export const whoOf = (shell: Shell, who: string | undefined): { readonly who?: string } => {
  const known = who ?? setting(shell.env, 'USER');
  return known === undefined ? {} : { who: known };
};

/** `pharos member merge <survivor> <absorbed> --why …` */
export async function memberMerge(
  shell: Shell,
  survivor: string,
  absorbed: string,
  { why, who }: WhyOptions,
): Promise<void> {
  if (survivor === absorbed)
    throw misuse({
      en: 'name two members: the one that stays, and the one that becomes a part of it',
      'zh-TW': '請寫兩位會員：保留的，以及併入的',
    });
  const texts = textsFor(shell, MEMBER_CHANGE_TEXTS);
  await tellPost(
    shell,
    (client) => client.post(memberPath(survivor, 'merge'), { absorb: absorbed, why, ...whoOf(shell, who) }),
    (answer) => {
      const { merge, moved, revoked, visitsFolded } = read(MergeAnswer, answer);
      const more = [
        ...(revoked.length === 0 ? [] : [texts.couponsRevoked(revoked.length)]),
        ...(visitsFolded === 0 ? [] : [texts.visitsFolded(visitsFolded)]),
      ];
      const what = [countsText(moved, texts), ...more].join(texts.semicolon);
      return texts.merged(merge, absorbed, survivor, what);
    },
  );
}

/** `pharos member unmerge <absorbed>` */
export async function memberUnmerge(shell: Shell, absorbed: string, why?: string): Promise<void> {
  const texts = textsFor(shell, MEMBER_CHANGE_TEXTS);
  await tellPost(
    shell,
    (client) => client.post(memberPath(absorbed, 'unmerge'), { why }),
    (answer) => {
      const { survivor, kept, stayed } = read(UnmergeAnswer, answer);
      const lines = [texts.apart(absorbed)];
      if (Object.keys(stayed).length > 0) lines.push(texts.stayed(survivor, countsText(stayed, texts)));
      if (Object.keys(kept).length > 0) lines.push(texts.left(countsText(kept, texts)));
      return lines.join('\n');
    },
  );
}

const countsText = (counts: Readonly<Record<string, number>>, texts: MemberChangeTexts): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([table, count]) => `${count} ${wordFor(texts.tables, table)}`)
    .join(texts.comma) || texts.nothing;
