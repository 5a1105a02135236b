import { z } from 'zod';
import { connect, read } from '../client.ts';
import { asTyped, misuse, SAY_YES, type Said } from '../failure.ts';
import { type Texts, textsFor } from '../language.ts';
import { readMeant } from '../members/meant.ts';
import { printJson, type Shell } from '../shell.ts';

export interface MemberTagOptions {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly segment?: string;
  readonly timeZone?: string;
  readonly yes?: boolean;
  readonly why?: string;
}

interface TagTexts {
  readonly done: (changed: number, matched: number) => string;
}

const TEXTS: Texts<TagTexts> = {
  en: {
    done: (changed, matched) => `${changed} of ${matched} members changed; the others had it so already`,
  },
  'zh-TW': {
    done: (changed, matched) => `${matched} 位會員中更改了 ${changed} 位，其餘原本就是如此`,
  },
};

const would = (matched: number): Said => ({
  en: `this would change the tags of ${matched} members`,
  'zh-TW': `這會更改 ${matched} 位會員的標記`,
});

const Answer = z.object({ matched: z.number(), changed: z.number() });

/** `pharos member tag --segment gold --add vip`, or several members by their ids. For a segment: only with `--yes`. */
export async function memberTagMany(shell: Shell, ids: readonly string[], options: MemberTagOptions): Promise<void> {
  const { segment, timeZone, yes = false, why } = options;
  const texts = textsFor(shell, TEXTS);
  if ((segment === undefined) === (ids.length === 0)) {
    throw misuse(
      { en: 'say whose tags: name members, or a --segment', 'zh-TW': '請說明是誰的標記：寫會員 id，或 --segment' },
      asTyped('pharos member tag <member…> --add vip'),
    );
  }
  const tag = options.add ?? [];
  const untag = options.remove ?? [];
  if (tag.length + untag.length === 0) {
    throw misuse({
      en: 'say which tags: --add vip, --remove staff',
      'zh-TW': '請說明是哪些標記：--add vip、--remove staff',
    });
  }
  const meant = segment === undefined ? { members: ids } : readMeant(segment, timeZone);
  const client = connect(shell);
  const ask = async (dryRun: boolean) =>
    read(Answer, await client.post('/v1/members/tag', { ...meant, tag, untag, dryRun, why }));
  if (segment !== undefined && !yes) {
    const { matched } = await ask(true);
    throw misuse(would(matched), SAY_YES);
  }
  const done = await ask(false);
  if (shell.json) printJson(shell, { v: 1, ...done });
  else shell.out(`${texts.done(done.changed, done.matched)}\n`);
}
