import type { Texts } from '../language.ts';
import type { FoodCourtStep } from './food-court.ts';

/** What each step is told as; its ids and texts are its own. */
type Teller = { readonly [Step in FoodCourtStep['step']]: (seen: Extract<FoodCourtStep, { step: Step }>) => string };

export const FOOD_COURT_TEXTS: Texts<Teller & { readonly end: string }> = {
  en: {
    scanned: ({ who, url }) => `${who}, a stranger, scans the poster at the door: ${url}`,
    befriended: ({ text }) => `adds the account as a friend and sends the text that is typed for them: ${text}`,
    given: ({ store, summary, coupon }) => `gets a coupon in the chat, given by ${store}: ${summary} (${coupon})`,
    credited: ({ source }) => `the text they sent proves what brought them: ${source}`,
    opened: ({ code, url }) => `opens the coupon and sees ${code}: ${url}`,
    redeemed: ({ store, place, redemption }) => `the till of ${place} (${store}) redeems it: ${redemption}`,
    refused: ({ message }) => `shown again, it is refused: ${message}`,
    reported: ({ from, to, redeemed, medianMinutes }) =>
      `report: issued at ${from} → redeemed at ${to}: ${redeemed}, median ${minutes(medianMinutes)} min`,
    end: 'every step was seen',
  },
  'zh-TW': {
    scanned: ({ who, url }) => `路人 ${who} 掃描門口海報上的 QR Code：${url}`,
    befriended: ({ text }) => `加入好友，並送出已填好的訊息：${text}`,
    given: ({ store, summary, coupon }) => `在聊天室收到 ${store} 發放的優惠券：${summary}（${coupon}）`,
    credited: ({ source }) => `由這則訊息得知來源：${source}`,
    opened: ({ code, url }) => `開啟優惠券，看到代碼 ${code}：${url}`,
    redeemed: ({ store, place, redemption }) => `「${place}」（${store}）的收銀台兌換：${redemption}`,
    refused: ({ message }) => `再出示一次即被拒絕：${message}`,
    reported: ({ from, to, redeemed, medianMinutes }) =>
      `報表：${from} 發放 → ${to} 兌換：${redeemed} 張，中位數 ${minutes(medianMinutes)} 分鐘`,
    end: '每一步都已確認',
  },
};

const minutes = (value: number): string => String(Math.round(value * 10) / 10);
