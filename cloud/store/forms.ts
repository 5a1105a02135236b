import type { FormAnswers } from '../core/form/answers.ts';
import type { MemberId } from '../core/ids.ts';
import type { FormSpec } from '../core/manifest/form.ts';
import type { StoreContext } from './context.ts';
import { lockLiving } from './member-living.ts';
import { profileRows } from './member-profile.ts';
import { linkIdentity } from './members.ts';
import { transact } from './transact.ts';

/** Whose phone or address it is, where it is not the sender's; for headquarters, never for the page. */
export interface FormRecorded {
  readonly answerId: string;
  readonly conflicts: readonly ('phone' | 'email')[];
}

/** Forms as applied, and what people sent: facts, links and consents with the version of their wording. */
export const formRows = (context: StoreContext) => ({
  async spec(id: string): Promise<FormSpec | undefined> {
    const row = await context.db
      .selectFrom('document')
      .select('spec')
      .where('kind', '=', 'Form')
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined ? undefined : (JSON.parse(row.spec) as FormSpec);
  },

  async hasMember(id: string): Promise<boolean> {
    return (await this.owner(id)) === id;
  },

  /** Who a member is now: another one where it was merged, nobody where it was erased. */
  async owner(id: string): Promise<MemberId | undefined> {
    const row = await context.db
      .selectFrom('member')
      .select(['merged_into', 'erased_at'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined || row.erased_at !== null) return undefined;
    return row.merged_into === null ? (id as MemberId) : await this.owner(row.merged_into);
  },

  /** All of it or nothing. What is left empty stays as it was; a box left unticked is a consent not given any more. */
  async record(
    form: { readonly id: string; readonly spec: FormSpec },
    member: MemberId,
    answers: FormAnswers,
    at: number,
  ): Promise<FormRecorded> {
    const { mint } = context;
    return await transact(context.db, async (db) => {
      await lockLiving(db, [member]);
      const answerId = mint.id('answer');
      const { wordingVersion: wording, tags } = form.spec;
      await db
        .insertInto('form_answer')
        .values({ id: answerId, form_id: form.id, wording_version: wording, member_id: member, at })
        .execute();
      const consents = [
        ...answers.agreed.map((purpose) => ({ purpose, action: 'granted' as const })),
        ...answers.declined.map((purpose) => ({ purpose, action: 'withdrawn' as const })),
      ];
      await db
        .insertInto('consent')
        .values(
          consents.map((consent) => ({
            id: mint.id('consent'),
            member_id: member,
            ...consent,
            wording,
            source: answerId,
            at,
          })),
        )
        .execute();
      const profile = profileRows({ db });
      const { name, birthday, attributes } = answers;
      await profile.setAttributes(
        member,
        { ...attributes, ...(name !== undefined && { name }), ...(birthday !== undefined && { birthday }) },
        at,
      );
      await profile.tag(member, tags, at);
      const conflicts: ('phone' | 'email')[] = [];
      for (const kind of ['phone', 'email'] as const) {
        const subject = answers[kind];
        if (subject === undefined) continue;
        if (!(await own({ ...context, db }, member, kind, subject, at))) conflicts.push(kind);
      }
      return { answerId, conflicts };
    });
  },
});

/** Makes a phone or address the member's, instead of the one before. False when it is somebody else's. */
async function own(
  context: StoreContext,
  member: MemberId,
  kind: 'phone' | 'email',
  subject: string,
  at: number,
): Promise<boolean> {
  const { db } = context;
  const live = db.selectFrom('identity_link').select(['id', 'member_id', 'subject']).where('kind', '=', kind);
  const owner = await live.where('subject', '=', subject).where('ended_at', 'is', null).executeTakeFirst();
  if (owner !== undefined) return owner.member_id === member;
  await db
    .updateTable('identity_link')
    .set({ ended_at: at })
    .where('kind', '=', kind)
    .where('member_id', '=', member)
    .where('ended_at', 'is', null)
    .execute();
  await linkIdentity(context, member, { kind, issuer: kind, subject }, at);
  return true;
}
