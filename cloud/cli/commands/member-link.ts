import { z } from 'zod';
import { HOME_REGION, readPhone } from '../../core/member/phone.ts';
import { parseTag } from '../arguments.ts';
import { read } from '../client.ts';
import { misuse } from '../failure.ts';
import { textsFor } from '../language.ts';
import { MEMBER_TEXTS } from '../member-texts.ts';
import type { Shell } from '../shell.ts';
import { memberPath, tellPost } from './member.ts';

export interface LinkOptions {
  readonly tag?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly card?: string;
  readonly issuer?: string;
  readonly wording: string;
  readonly why?: string;
}

const KINDS = { tag: 'ble_tag', phone: 'phone', email: 'email', card: 'pos_card' } as const;

/** `pharos member link <member> --tag UUID/MAJOR/MINOR --wording …`: whose it is, and what that person agreed to. */
export async function memberLink(shell: Shell, member: string, options: LinkOptions): Promise<void> {
  const { wording, issuer, why } = options;
  const given = (Object.keys(KINDS) as (keyof typeof KINDS)[]).filter((option) => options[option] !== undefined);
  const [option, ...more] = given;
  if (option === undefined || more.length > 0) {
    throw misuse(
      { en: 'say what to tie to the member', 'zh-TW': '請說明要把什麼連到這位會員' },
      { en: 'give one of --tag, --phone, --email, --card', 'zh-TW': '請寫 --tag、--phone、--email、--card 其中一個' },
    );
  }
  const texts = textsFor(shell, MEMBER_TEXTS);
  const typed = options[option] ?? '';
  // A phone may be written as at home; what is no number at all is the server's to refuse.
  const subject = option === 'phone' ? (readPhone(typed, HOME_REGION) ?? typed) : typed;
  if (option === 'tag') parseTag('--tag', subject);
  const body = { kind: KINDS[option], subject, wording, ...(issuer !== undefined && { issuer }), why };
  await tellPost(
    shell,
    (client) => client.post(memberPath(member, 'links'), body),
    (answer) => {
      const { linked, link } = read(z.object({ linked: z.boolean(), link: z.string() }), answer);
      return `${member} ${link} ${linked ? texts.linked : texts.unchanged}`;
    },
  );
}

/** `pharos member unlink <member> <link>` */
export async function memberUnlink(shell: Shell, member: string, link: string, why?: string): Promise<void> {
  const texts = textsFor(shell, MEMBER_TEXTS);
  await tellPost(
    shell,
    (client) => client.post(memberPath(member, 'unlink'), { link, why }),
    (answer) => {
      const { unlinked } = read(z.object({ unlinked: z.boolean() }), answer);
      return `${member} ${link} ${unlinked ? texts.unlinked : texts.unchanged}`;
    },
  );
}
