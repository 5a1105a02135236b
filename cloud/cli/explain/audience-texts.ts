import type { Recency } from '../../core/segment/types.ts';
import type { Language } from '../language.ts';
import { lengthText } from '../period-words.ts';
import type { AudienceTexts, Over, Range } from './audience.ts';

const lengthEn = (written: string | undefined): string => lengthText(written ?? '', 'en');
const lengthZh = (written: string | undefined): string => lengthText(written ?? '', 'zh-TW');
const orExcluded = (wanted: boolean): string => (wanted ? '' : ', which the campaign excludes');
const atEn = ({ stores }: Over): string => (stores === undefined ? '' : ` at ${stores.join(', ')}`);
const recencyEn = ({ within, olderThan }: Recency): string =>
  within === undefined ? `longer ago than ${lengthEn(olderThan)}` : `within ${lengthEn(within)}`;
const rangeEn = ({ atLeast, atMost }: Range): string =>
  [
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ].join(' and ');

const exceptZh = (wanted: boolean): string => (wanted ? '' : '，而活動排除這種會員');
const atZh = ({ stores }: Over): string => (stores === undefined ? '' : `在 ${stores.join('、')} `);
const recencyZh = ({ within, olderThan }: Recency): string =>
  within === undefined ? `早於 ${lengthZh(olderThan)}之前` : `在 ${lengthZh(within)}以內`;
const rangeZh = ({ atLeast, atMost }: Range): string =>
  [
    ...(atLeast === undefined ? [] : [`至少 ${atLeast} 次`]),
    ...(atMost === undefined ? [] : [`至多 ${atMost} 次`]),
  ].join('、');

export const AUDIENCE_TEXTS: Readonly<Record<Language, AudienceTexts>> = {
  en: {
    notMeant: (rule) => `The member ${rule}.`,
    noneOf: (rules) => `None of these holds: the member ${rules.join('; ')}.`,
    meantToday: 'By what is known today the member is meant: a segment or the member was changed since.',
    unresolved: (detail) => `Nobody is meant: ${detail}.`,
    segmentsChanged: (when) => `(By the segments as they are today; changed ${when}.)`,
    inSegment: (segment, rule) => `${rule} (segment "${segment}")`,
    value: (name, has, rule, wanted) =>
      `has ${has === undefined ? `no ${name}` : `${name} ${has}`}${wanted ? `, wanted ${rule}` : `, which the campaign excludes (${rule})`}`,
    tag: (tag, wanted) => `${wanted ? 'does not have' : 'has'} the tag ${tag}${orExcluded(wanted)}`,
    consent: (purpose, wanted) => `${wanted ? 'has not agreed' : 'has agreed'} to ${purpose}${orExcluded(wanted)}`,
    visits: (count, over, range, wanted) =>
      `came ${count} ${count === 1 ? 'time' : 'times'}${over.within === undefined ? '' : ` in ${lengthEn(over.within)}`}${atEn(over)}, ${wanted ? `wanted ${rangeEn(range)}` : `which the campaign excludes (${rangeEn(range)})`}`,
    lastVisit: (when, over, recency, wanted) =>
      `${when === undefined ? `never came before${atEn(over)}` : `came last ${when}${atEn(over)}`}, ${wanted ? `wanted ${recencyEn(recency)}` : `which the campaign excludes (${recencyEn(recency)})`}`,
    firstSeen: (when, recency, wanted) =>
      `was first seen ${when ?? 'never'}, ${wanted ? `wanted ${recencyEn(recency)}` : `which the campaign excludes (${recencyEn(recency)})`}`,
    holds: (campaign, wanted) =>
      `${wanted ? 'held no' : 'held an'} unused coupon${campaign === undefined ? '' : ` of ${campaign}`}${orExcluded(wanted)}`,
    used: (campaign, within, wanted) =>
      `${wanted ? 'had used no' : 'had used a'} coupon${campaign === undefined ? '' : ` of ${campaign}`}${within === undefined ? '' : ` within ${lengthEn(within)}`}${orExcluded(wanted)}`,
    birthday: (rule, known, wanted) => {
      const meant =
        rule === 'today' ? 'today' : rule === 'this-month' ? 'this month' : `in one of the months ${rule.join(', ')}`;
      return known
        ? `has ${wanted ? 'no' : 'a'} birthday ${meant}${orExcluded(wanted)}`
        : `has no known birthday, wanted ${meant}`;
    },
    today: (days, wanted) =>
      wanted ? `came on another day than ${days}` : `came on one of the days ${days}, which the campaign excludes`,
    comparison: {
      eq: (value) => value,
      gt: (value) => `more than ${value}`,
      gte: (value) => `at least ${value}`,
      lt: (value) => `less than ${value}`,
      lte: (value) => `at most ${value}`,
    },
    oneOf: (values) => values.join(' or '),
    known: (wanted) => (wanted ? 'any' : 'none'),
    and: ' and ',
    between: ' ',
  },
  'zh-TW': {
    notMeant: (rule) => `這位會員${rule}。`,
    noneOf: (rules) => `以下皆不符合，符合一項即可：${rules.join('；')}。`,
    meantToday: '依目前的資料，這位會員屬於活動對象：分眾或會員資料之後已變更。',
    unresolved: (detail) => `沒有任何會員符合：${detail}。`,
    segmentsChanged: (when) => `（依目前的分眾；已於 ${when} 變更）`,
    inSegment: (segment, rule) => `${rule}（分眾「${segment}」）`,
    value: (name, has, rule, wanted) => {
      const what = name === 'tier' ? '等級' : ` ${name} `;
      return `${has === undefined ? `沒有${what}資料` : `的${what}是 ${has}`}，${wanted ? `活動要求 ${rule}` : `而活動排除 ${rule}`}`;
    },
    tag: (tag, wanted) => `${wanted ? '沒有' : '有'}標記 ${tag}${exceptZh(wanted)}`,
    consent: (purpose, wanted) => `${wanted ? '未同意' : '已同意'} ${purpose}${exceptZh(wanted)}`,
    visits: (count, over, range, wanted) =>
      `${over.within === undefined ? '' : `在 ${lengthZh(over.within)}內`}${atZh(over)}來店 ${count} 次，${wanted ? `活動要求${rangeZh(range)}` : `而活動排除${rangeZh(range)}`}`,
    lastVisit: (when, over, recency, wanted) =>
      `${atZh(over)}${when === undefined ? '之前從未來店' : `上次來店是 ${when}`}，${wanted ? `活動要求${recencyZh(recency)}` : `而活動排除${recencyZh(recency)}`}`,
    firstSeen: (when, recency, wanted) =>
      `${when === undefined ? '從未出現' : `首次出現於 ${when}`}，${wanted ? `活動要求${recencyZh(recency)}` : `而活動排除${recencyZh(recency)}`}`,
    holds: (campaign, wanted) =>
      `${wanted ? '沒有' : '持有'}${campaign === undefined ? '' : ` ${campaign} 的`}未使用優惠券${exceptZh(wanted)}`,
    used: (campaign, within, wanted) =>
      `${within === undefined ? '' : `在 ${lengthZh(within)}內`}${wanted ? '沒有用過' : '用過'}${campaign === undefined ? '' : ` ${campaign} 的`}優惠券${exceptZh(wanted)}`,
    birthday: (rule, known, wanted) => {
      const meant = rule === 'today' ? '今天' : rule === 'this-month' ? '本月' : `${rule.join('、')} 月`;
      return known
        ? `的生日${wanted ? '不是' : '是'}${meant}${exceptZh(wanted)}`
        : `沒有生日資料，活動要求${meant}生日`;
    },
    today: (days, wanted) => (wanted ? `來的那天不是 ${days}` : `來的那天是 ${days}，而活動排除這些日子`),
    comparison: {
      eq: (value) => value,
      gt: (value) => `大於 ${value}`,
      gte: (value) => `至少 ${value}`,
      lt: (value) => `小於 ${value}`,
      lte: (value) => `至多 ${value}`,
    },
    oneOf: (values) => values.join(' 或 '),
    known: (wanted) => (wanted ? '有資料' : '沒有資料'),
    and: '、',
    between: '',
  },
};
