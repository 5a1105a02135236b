import { type DailyHours, withinHours } from '../../../core/calendar.ts';
import type { QuietHours } from '../../../core/manifest/policy.ts';
import { isPlaced, triggersOf } from '../../../core/manifest/trigger.ts';
import { type Finding, found } from '../finding.ts';
import { hoursText } from './clock-text.ts';
import { givingStores, placeOf } from './house.ts';
import type { Lint } from './lint-types.ts';

const ALL_DAY: DailyHours = { from: 0, to: 1440 };

/**
 * Stores at which every minute of the campaign is a quiet one. Only what happens at a door is looked at: who asks is
 * answered at any hour, and a schedule waits until the quiet is over.
 */
export const quietCoversWindow: Lint = (house) =>
  house.campaigns.flatMap(({ document, spec }): Finding[] => {
    if (!triggersOf(spec).every(isPlaced)) return [];
    const window = spec.active.hours ?? ALL_DAY;
    const said = spec.quietHours ?? house.policy?.quietHours;
    const covered = givingStores(house, spec).filter((store) => covers(quietAt(said, store.spec.hours), window));
    if (covered.length === 0) return [];
    const names = covered.map(({ id }) => id);
    const message = {
      en: `${hoursText(window)} lies in the quiet hours of ${names.join(', ')}: nothing is sent there`,
      'zh-TW': `${hoursText(window)} 全在 ${names.join('、')} 的安靜時段內，不會發送`,
    };
    const key = spec.active.hours === undefined ? ['quietHours'] : ['active', 'hours'];
    return [found('quiet-covers-window', placeOf(document, ['spec', ...key]), message)];
  });

/** What is said, else whenever the store is closed. */
function quietAt(said: QuietHours | undefined, open: DailyHours): (minute: number) => boolean {
  if (said === 'none') return () => false;
  return said === undefined ? (minute) => !withinHours(open, minute) : (minute) => withinHours(said, minute);
}

function covers(quiet: (minute: number) => boolean, window: DailyHours): boolean {
  for (let minute = 0; minute < 1440; minute += 1) {
    if (withinHours(window, minute) && !quiet(minute)) return false;
  }
  return true;
}
