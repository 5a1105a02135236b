import { accept, reject } from '../protocol/result.ts';
import { type EpochMs, epochMs } from '../protocol/units.ts';
import { localTime } from './core/calendar.ts';
import { LINE_NAME } from './core/consent.ts';
import { FORM_LINK_LIFE_MS, readFormLink, signFormLink } from './core/form/link.ts';
import type { MemberId } from './core/ids.ts';
import { Problem } from './core/problem.ts';
import type { MemberLinks } from './core/working-set-message.ts';
import { readIdToken } from './deliver/line-login.ts';
import { FORM_PATH, type FormApi } from './http/forms.ts';
import type { formRows } from './store/forms.ts';

/** Who may fill in a form: whoever has its personal link, or whoever LINE says is looking at it. */
export function createFormApi(deps: {
  readonly forms: ReturnType<typeof formRows>;
  readonly linkKey: Uint8Array;
  readonly now: () => EpochMs;
  readonly apiBase: string;
  readonly liffId: string | undefined;
  /** The member behind a LINE user id; one is made where there is none. */
  readonly memberOfLineUser: (userId: string) => Promise<MemberId>;
  readonly onConflict: (answerId: string, kinds: readonly string[]) => void;
  /** Asks LINE what the member is called, for who has just agreed to it; never rejects. */
  readonly learnName: (member: MemberId) => Promise<void>;
}): FormApi {
  const { forms, liffId, now } = deps;
  return {
    liffId,
    spec: (id) => forms.spec(id),
    async sender(formId, proof) {
      if ('token' in proof) {
        const link = readFormLink(formId, proof.token, deps.linkKey, now());
        if (link.ok) {
          const member = await forms.owner(link.value.member);
          return member === undefined ? reject('expired', 'whose link this was has been forgotten') : accept(member);
        }
        return reject(link.reject.code === 'expired' ? 'expired' : 'not-yours', link.reject.detail);
      }
      if (liffId === undefined) return reject('not-in-line', 'no LIFF app is set up');
      // A LIFF id begins with the id of its LINE Login channel.
      const [loginChannelId = ''] = liffId.split('-');
      const user = await readIdToken(proof.idToken, { apiBase: deps.apiBase, loginChannelId });
      if (user.ok) return accept(await deps.memberOfLineUser(user.value));
      return reject(user.reject.code === 'unreachable' ? 'not-now' : 'not-yours', user.reject.detail);
    },
    async record(form, member, answers) {
      const { answerId, conflicts } = await forms.record(form, member, answers, now());
      if (conflicts.length > 0) deps.onConflict(answerId, conflicts);
      if (answers.agreed.includes(LINE_NAME)) await deps.learnName(member);
    },
    // A birthday lies far enough back for any zone's date.
    today: () => localTime(now(), 'UTC').date,
  };
}

/** Addresses of forms, each for one member and a week from when it is made. */
export const memberFormLinks =
  (deps: {
    readonly linkKey: Uint8Array;
    /** Where people reach us from outside. */
    readonly publicUrl: () => string;
  }): MemberLinks['form'] =>
  (form, member, now) => {
    const token = signFormLink({ form, member, expiresAt: epochMs(now + FORM_LINK_LIFE_MS) }, deps.linkKey);
    return `${deps.publicUrl()}${FORM_PATH}/${form}?t=${token}`;
  };

/** A personal link to a form for one member. Rejects with a {@link Problem} where there is no such form or member. */
export const createFormLinks =
  (deps: {
    readonly forms: ReturnType<typeof formRows>;
    readonly formLink: MemberLinks['form'];
    readonly now: () => EpochMs;
  }) =>
  async (form: string, member: string): Promise<{ readonly url: string; readonly expiresAt: number }> => {
    if ((await deps.forms.spec(form)) === undefined) {
      throw new Problem('not_found', 'unknown_form', `no form "${form}"`, { remedy: 'apply its Form file first' });
    }
    if (!(await deps.forms.hasMember(member)))
      throw new Problem('not_found', 'unknown_member', `no member "${member}"`);
    const now = deps.now();
    const url = deps.formLink(form, member as MemberId, now);
    return { url, expiresAt: epochMs(now + FORM_LINK_LIFE_MS) };
  };
