import { z } from 'zod';
import { read } from '../client.ts';
import { misuse } from '../failure.ts';
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
    throw misuse('name two members: the one that stays, and the one that becomes a part of it');
  await tellPost(
    shell,
    (client) => client.post(memberPath(survivor, 'merge'), { absorb: absorbed, why, ...whoOf(shell, who) }),
    (answer) => {
      const { merge, moved, revoked, visitsFolded } = read(MergeAnswer, answer);
      const more = [
        ...(revoked.length === 0 ? [] : [`${revoked.length} coupon(s) of a campaign it holds already revoked`]),
        ...(visitsFolded === 0 ? [] : [`${visitsFolded} visit(s) folded`]),
      ];
      return `${merge} ${absorbed} is a part of ${survivor}: ${[countsText(moved), ...more].join('; ')}`;
    },
  );
}

/** `pharos member unmerge <absorbed>` */
export async function memberUnmerge(shell: Shell, absorbed: string, why?: string): Promise<void> {
  await tellPost(
    shell,
    (client) => client.post(memberPath(absorbed, 'unmerge'), { why }),
    (answer) => {
      const { survivor, kept, stayed } = read(UnmergeAnswer, answer);
      const lines = [`${absorbed} is a member of its own again`];
      if (Object.keys(stayed).length > 0) lines.push(`came since and stays with ${survivor}: ${countsText(stayed)}`);
      if (Object.keys(kept).length > 0) lines.push(`changed since and left as it is: ${countsText(kept)}`);
      return lines.join('\n');
    },
  );
}

const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([table, count]) => `${count} ${table}`)
    .join(', ') || 'nothing';
