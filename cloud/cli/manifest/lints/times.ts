import { datesFrom, instantOf, localTime, WEEKDAYS, withinHours } from '../../../core/calendar.ts';
import type { CampaignSpec } from '../../../core/manifest/campaign.ts';
import { type Trigger, triggersWithPath } from '../../../core/manifest/trigger.ts';
import { type Finding, found } from '../finding.ts';
import { clockText, hoursText } from './clock-text.ts';
import { clocksOf, placeOf } from './house.ts';
import type { Lint } from './lint-types.ts';

/** Dates, weekdays and hours that do not fit together or do not fit today. */

const windowPast: Lint = (house, { now }) =>
  house.campaigns.flatMap(({ document, spec }): Finding[] => {
    const clocks = clocksOf(house, spec);
    const zones = clocks.length > 0 ? clocks : ['UTC'];
    const { until } = spec.active;
    if (until !== undefined && zones.every((zone) => localTime(now, zone).date > until)) {
      const message = { en: `the campaign ended on ${until}`, 'zh-TW': `活動已於 ${until} 結束` };
      return [found('window-past', placeOf(document, ['spec', 'active', 'until']), message)];
    }
    return schedulesOf(spec).flatMap(({ trigger: { at }, path }): Finding[] => {
      if (at === undefined || !zones.every((zone) => instantOf(at.date, at.minute, zone) < now)) return [];
      const when = `${at.date} ${clockText(at.minute)}`;
      const message = { en: `it was to be sent on ${when}`, 'zh-TW': `預定發送時間 ${when} 已過` };
      return [found('window-past', placeOf(document, ['spec', ...path, 'at']), message)];
    });
  });

const windowEmpty: Lint = ({ campaigns }) =>
  campaigns.flatMap(({ document, spec: { active } }): Finding[] => {
    const { from, until, days } = active;
    if (from === undefined || until === undefined || days === undefined) return [];
    const inside = datesFrom(from, WEEKDAYS.length).filter(({ date }) => date <= until);
    if (inside.some(({ weekday }) => days.includes(weekday))) return [];
    const message = {
      en: `no ${days.join(' or ')} lies between ${from} and ${until}`,
      'zh-TW': `${from} 到 ${until} 之間沒有 ${days.join('、')}`,
    };
    return [found('window-empty', placeOf(document, ['spec', 'active', 'days']), message)];
  });

const scheduleOutside: Lint = ({ campaigns }) =>
  campaigns.flatMap(({ document, spec }): Finding[] =>
    schedulesOf(spec).flatMap(({ trigger, path }) => {
      const why = outside(trigger, spec.active);
      const key = trigger.at === undefined ? 'every' : 'at';
      return why === undefined
        ? []
        : [found('schedule-outside-window', placeOf(document, ['spec', ...path, key]), why)];
    }),
  );

function outside({ at, every }: Schedule, { from, until, days, hours }: CampaignSpec['active']) {
  const minute = at?.minute ?? every?.time ?? 0;
  if (hours !== undefined && !withinHours(hours, minute)) {
    const [time, span] = [clockText(minute), hoursText(hours)];
    return { en: `${time} is not within ${span} (active.hours)`, 'zh-TW': `${time} 不在 ${span}（active.hours）內` };
  }
  const weekdays = at === undefined ? every?.days : datesFrom(at.date, 1).map(({ weekday }) => weekday);
  if (days !== undefined && weekdays !== undefined && !weekdays.some((day) => days.includes(day))) {
    const [falls, runs] = [weekdays.join(', '), days.join(', ')];
    return {
      en: `it falls on ${falls}, the campaign runs on ${runs}`,
      'zh-TW': `排程在 ${falls}，活動只在 ${runs} 進行`,
    };
  }
  if (at === undefined) return undefined;
  const before = from !== undefined && at.date < from;
  if (!before && (until === undefined || at.date <= until)) return undefined;
  return {
    en: `${at.date} is ${before ? `before ${from}` : `after ${until}`} (active)`,
    'zh-TW': `${at.date} ${before ? `早於 ${from}` : `晚於 ${until}`}（active）`,
  };
}

type Schedule = Extract<Trigger, { on: 'schedule' }>;

const schedulesOf = (spec: CampaignSpec) =>
  triggersWithPath(spec).flatMap(({ trigger, path }) => (trigger.on === 'schedule' ? [{ trigger, path }] : []));

/** Open past midnight is common, open past six in the morning is a slip of the pen. */
const LATEST_CLOSING = 6 * 60;

const hoursOvernight: Lint = ({ stores, campaigns }) =>
  [
    ...stores.map(({ document, spec: { hours } }) => ({ document, hours, path: ['spec', 'hours'] })),
    ...campaigns.map(({ document, spec: { active } }) => ({
      document,
      hours: active.hours,
      path: ['spec', 'active', 'hours'],
    })),
  ].flatMap(({ document, hours, path }): Finding[] => {
    if (hours === undefined || hours.from < hours.to || hours.to <= LATEST_CLOSING) return [];
    const swapped = hoursText({ from: hours.to, to: hours.from });
    const message = {
      en: `from ${clockText(hours.from)} through the night until ${clockText(hours.to)}`,
      'zh-TW': `從 ${clockText(hours.from)} 經過整夜到 ${clockText(hours.to)}`,
    };
    const fix = { en: `did you mean ${swapped}?`, 'zh-TW': `是不是要寫 ${swapped}？` };
    return [found('hours-overnight', placeOf(document, path), message, fix)];
  });

const timeZoneOdd: Lint = ({ stores, webShops, campaigns }) =>
  [...stores, ...webShops, ...campaigns].flatMap(({ document, spec: { timeZone } }): Finding[] => {
    if (timeZone === undefined || /^(?!Etc\/)[A-Z][A-Za-z_]+\//.test(timeZone)) return [];
    const message = {
      en: `"${timeZone}" is no place, so it knows no summer time and may count the wrong way`,
      'zh-TW': `「${timeZone}」不是地名，可能弄錯方向或夏令時間`,
    };
    return [found('time-zone-odd', placeOf(document, ['spec', 'timeZone']), message)];
  });

export const timeLints: readonly Lint[] = [windowPast, windowEmpty, scheduleOutside, hoursOvernight, timeZoneOdd];
