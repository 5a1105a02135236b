import { idKind } from '../../core/ids.ts';
import type { IDENTITY_KINDS } from '../../core/member/identity.ts';
import { readPhone } from '../../core/member/phone.ts';
import { misuse } from '../failure.ts';

/** How the server is asked about what somebody pasted. */
export type Asked =
  | { readonly by: 'id'; readonly id: string }
  /** What names a person, opens a coupon, or may be anything travels in the body: URLs are logged on the way. */
  | { readonly by: 'text'; readonly body: { readonly asked: string } }
  | {
      readonly by: 'person';
      readonly body: { readonly kind: (typeof IDENTITY_KINDS)[number]; readonly subject: string };
    };

/** Throws a misuse for what is almost a LINE user id, without repeating it. */
export function readAsked(text: string): Asked {
  const typed = text.trim();
  if (idKind(typed) !== undefined) return { by: 'id', id: typed };
  const person = (kind: 'line_user' | 'phone' | 'email', subject: string): Asked => ({
    by: 'person',
    body: { kind, subject },
  });
  if (/^U[0-9a-f]{32}$/.test(typed)) return person('line_user', typed);
  if (/^U[0-9a-f]{24,}$/i.test(typed)) {
    throw misuse({
      en: 'that looks like a LINE user id and is none: it is U and 32 lower-case hexadecimal digits',
      'zh-TW': '看起來像 LINE 使用者 ID，但不正確：應為 U 加上 32 個小寫十六進位字元',
    });
  }
  if (/^[^@\s]+@[^@\s]+$/.test(typed)) return person('email', typed.toLowerCase());
  const phone = readPhone(typed);
  return phone === undefined ? { by: 'text', body: { asked: typed } } : person('phone', phone);
}
