import { z } from 'zod';
import { HoursField, header } from './fields.ts';
import { CapsField } from './limits.ts';

/** Hours in which nobody is disturbed; `none`: there are none. */
export const QuietHoursField = z.union([z.literal('none'), HoursField], 'none, or hours such as 21:00-09:00');
export type QuietHours = z.infer<typeof QuietHoursField>;

const HouseHeader = header('Policy');

/** `kind: Policy`: the rules of the house, over all campaigns. There is one, and its id is `house`. */
export const PolicyManifest = z.strictObject({
  ...HouseHeader,
  metadata: HouseHeader.metadata.extend({ id: z.literal('house', 'there is one policy, and its id is house') }),
  spec: z.strictObject({
    caps: z
      .strictObject({
        /** To one member, over all campaigns. */
        member: CapsField.optional(),
        /** To one member at one store, over all campaigns. */
        memberStore: CapsField.optional(),
        /** To everyone, over all campaigns. */
        global: CapsField.optional(),
      })
      .default({}),
    /** Where a campaign says nothing; absent: outside the opening hours of the store. */
    quietHours: QuietHoursField.optional(),
  }),
});
export type PolicyManifest = z.infer<typeof PolicyManifest>;
export type PolicySpec = PolicyManifest['spec'];
