import type { Language } from '../language.ts';
import { withinText } from '../period-words.ts';
import { AUDIENCE_TEXTS } from './audience-texts.ts';
import type { FigureTexts } from './figure.ts';

const AT_NODE_EN = 'at this node within the hour';

export const FIGURE_TEXTS: Readonly<Record<Language, FigureTexts>> = {
  en: {
    counted: '(Counted again from the rows as of then.)',
    cap: (count, max, per, since) =>
      `${count} of ${max} ${withinText(per, 'en')}${since === undefined ? '' : `, since ${since}`}.`,
    stock: (given, of) => `Stock: ${given} of ${of} given.`,
    budget: (used, of, period) => `Messages: ${used} of ${of} used in ${period}.`,
    quota: (used, most, when) => `LINE quota: ${used} of ${most} used, as read ${when}.`,
    quiet: {
      campaign: (from, to, timeZone) => `Quiet from ${from} to ${to} (${timeZone}), by the campaign.`,
      house: (from, to, timeZone) =>
        `Quiet from ${from} to ${to} (${timeZone}), by the policy of the house as it is today.`,
      store: (from, to, timeZone) => `Quiet from ${from} to ${to} (${timeZone}), for the store is closed.`,
    },
    window: (days, hours, timeZone) =>
      `The campaign runs ${[days, hours].filter((part) => part !== undefined).join(', ')} (${timeZone}).`,
    audience: AUDIENCE_TEXTS.en,
    dates: (from, until) =>
      `The campaign's dates: ${from ?? 'ever'} to ${until ?? 'ever'}, unless it was paused or ended.`,
    late: (age, freshFor) =>
      age === undefined ? 'No clock can tell how old it was.' : `It was ${age} old; the campaign allows ${freshFor}.`,
    held: (coupon, when) => `It is coupon ${coupon}, of ${when}.`,
    weighed: (when) => `It was decided ${when}.`,
    winner: (campaign) => `It was ${campaign}.`,
    fixed: (given, of) => `${given} of ${of} offers on fixed device messages given ${AT_NODE_EN}.`,
    stopped: {
      pause: (when, by, why) => `It was paused ${when} by ${by}${why === undefined ? '' : `: ${why}`}.`,
      end: (when, by, why) => `It was ended ${when} by ${by}${why === undefined ? '' : `: ${why}`}.`,
    },
    template: (complaint) => `What is wrong with it: ${complaint}`,
    days: {},
  },
  'zh-TW': {
    counted: '（依當時的紀錄重新計算）',
    cap: (count, max, per, since) =>
      `${withinText(per, 'zh-TW')}已有 ${count} 次，上限 ${max} 次${since === undefined ? '' : `，自 ${since} 起`}。`,
    stock: (given, of) => `庫存：${of} 張中已發 ${given} 張。`,
    budget: (used, of, period) => `訊息預算：${period} 的 ${of} 則中已用 ${used} 則。`,
    quota: (used, most, when) => `LINE 額度：${most} 則中已用 ${used} 則（${when} 讀取）。`,
    quiet: {
      campaign: (from, to, timeZone) => `安靜時段 ${from} 至 ${to}（${timeZone}），由活動設定。`,
      house: (from, to, timeZone) => `安靜時段 ${from} 至 ${to}（${timeZone}），依目前的公司規則。`,
      store: (from, to, timeZone) => `安靜時段 ${from} 至 ${to}（${timeZone}），門市打烊。`,
    },
    window: (days, hours, timeZone) =>
      `活動時段：${[days, hours].filter((part) => part !== undefined).join('、')}（${timeZone}）。`,
    audience: AUDIENCE_TEXTS['zh-TW'],
    dates: (from, until) => `活動日期：${from ?? '不限'} 至 ${until ?? '不限'}，除非已暫停或結束。`,
    late: (age, freshFor) =>
      age === undefined ? '沒有時鐘能得知它多久以前發生。' : `已過 ${age}，活動容許 ${freshFor}。`,
    held: (coupon, when) => `即 ${when} 的優惠券 ${coupon}。`,
    weighed: (when) => `判定於 ${when}。`,
    winner: (campaign) => `即 ${campaign}。`,
    fixed: (given, of) => `這個節點一小時內以固定裝置訊息發放 ${given} 次，上限 ${of} 次。`,
    stopped: {
      pause: (when, by, why) => `${by} 於 ${when} 暫停${why === undefined ? '' : `：${why}`}。`,
      end: (when, by, why) => `${by} 於 ${when} 結束${why === undefined ? '' : `：${why}`}。`,
    },
    template: (complaint) => `問題：${complaint}`,
    days: { mon: '週一', tue: '週二', wed: '週三', thu: '週四', fri: '週五', sat: '週六', sun: '週日' },
  },
};
