import { z } from 'zod';
import { REACHES, type Reach, type Unreached } from '../../core/member/reach.ts';
import { type Texts, textsFor } from '../language.ts';
import type { Shell } from '../shell.ts';

/** Whether LINE can carry a message to somebody, as it comes over the wire and as it is said. */
export const ToldReach = z.enum(REACHES);
export const ToldUnreached = z.object({ no_line: z.number(), blocked: z.number(), no_consent: z.number() });

export interface ReachTexts {
  /** In a column. */
  readonly states: Readonly<Record<Reach, string>>;
  readonly reached: (reachable: number, of: number, rest: string) => string;
  readonly rest: Readonly<Record<keyof Unreached, (many: number) => string>>;
  readonly separator: string;
}

export const REACH_TEXTS: Texts<ReachTexts> = {
  en: {
    states: { reachable: 'reachable', no_line: 'not on LINE', blocked: 'blocked us', no_consent: 'no consent' },
    reached: (reachable, of, rest) => `LINE reaches ${reachable} of ${of}${rest === '' ? '' : `; not: ${rest}`}`,
    rest: {
      no_line: (many) => `${many} without a LINE account we know`,
      blocked: (many) => `${many} who blocked us`,
      no_consent: (many) => `${many} without consent to marketing`,
    },
    separator: ', ',
  },
  'zh-TW': {
    states: { reachable: '可聯絡', no_line: '未連結 LINE', blocked: '已封鎖', no_consent: '未同意行銷' },
    reached: (reachable, of, rest) =>
      `LINE 可聯絡 ${of} 位中的 ${reachable} 位${rest === '' ? '' : `；無法聯絡：${rest}`}`,
    rest: {
      no_line: (many) => `未連結 LINE 帳號 ${many} 位`,
      blocked: (many) => `已封鎖 ${many} 位`,
      no_consent: (many) => `未同意行銷 ${many} 位`,
    },
    separator: '、',
  },
};

/** Of so many, whom LINE reaches, and why not the rest. */
export function tellReach(shell: Shell, reachable: number, of: number, unreached: Unreached): string {
  const texts = textsFor(shell, REACH_TEXTS);
  return texts.reached(reachable, of, restText(unreached, texts));
}

/** Why the rest cannot be reached; empty where nobody is left out. */
export const restText = (unreached: Unreached, { rest, separator }: ReachTexts): string =>
  (['no_line', 'blocked', 'no_consent'] as const)
    .filter((reason) => unreached[reason] > 0)
    .map((reason) => rest[reason](unreached[reason]))
    .join(separator);
