import { z } from 'zod';
import { HoursField, header } from './fields.ts';
import { CapsField } from './limits.ts';
import { says } from './says.ts';

/** Hours in which nobody is disturbed; `none`: there are none. */
export const QuietHoursField = z.union([z.literal('none'), HoursField], 'none, or hours such as 21:00-09:00');
export type QuietHours = z.infer<typeof QuietHoursField>;

const HouseHeader = header('Policy');

/** `kind: Policy`: the rules of the house, over all campaigns. There is one, and its id is `house`. */
export const PolicyManifest = z.strictObject({
  ...HouseHeader,
  metadata: HouseHeader.metadata
    .extend({
      id: z
        .literal('house', 'there is one policy, and its id is house')
        .meta(says('there is one policy: house', '只有一份，名稱是 house')),
    })
    .meta(says('how it is called', '名稱')),
  spec: z.strictObject({
    caps: z
      .strictObject({
        member: CapsField.optional().meta(says('to one member, over all campaigns', '每位會員，所有活動合計')),
        memberStore: CapsField.optional().meta(
          says('to one member at one store, over all campaigns', '每位會員在每家門市，所有活動合計'),
        ),
        global: CapsField.optional().meta(says('to everyone, over all campaigns', '所有人、所有活動合計')),
      })
      .default({})
      .meta(says('how often at most', '次數上限')),
    quietHours: QuietHoursField.optional().meta(
      says('where a campaign says nothing; absent: outside the opening hours', '活動沒寫時適用；不寫則是營業時間以外'),
    ),
  }),
});
export type PolicyManifest = z.infer<typeof PolicyManifest>;
export type PolicySpec = PolicyManifest['spec'];
