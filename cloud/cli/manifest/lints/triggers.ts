import { mayPush } from '../../../core/decide/route.ts';
import { triggersWithPath } from '../../../core/manifest/trigger.ts';
import { type Finding, found } from '../finding.ts';
import { placeOf } from './house.ts';
import type { Lint } from './lint-types.ts';

/** What each of the two ears can know: LINE tells of arrivals only, and a tag has no reply token. */

const tagTriggers: Lint = ({ campaigns }) =>
  campaigns.flatMap(({ document, spec }) =>
    triggersWithPath(spec).flatMap(({ trigger: { on }, path }): Finding[] => {
      if (on !== 'dwell' && on !== 'exit') return [];
      const place = placeOf(document, ['spec', ...path, 'on']);
      const tagsOnly = found('tags-only', place, {
        en: `LINE tells of arrivals only: "${on}" reaches people with a tag and nobody else`,
        'zh-TW': `LINE 只通知「靠近」：「${on}」只對攜帶標籤的人有效`,
      });
      if (mayPush({ spec })) return [tagsOnly];
      const needsPush = found('tags-need-push', place, {
        en: `"${on}" is told by a tag, which brings nothing to reply to, and this campaign only replies`,
        'zh-TW': `「${on}」由標籤通知，沒有可回覆的對象，而這個活動只會回覆`,
      });
      return [tagsOnly, needsPush];
    }),
  );

export const triggerLints: readonly Lint[] = [tagTriggers];
