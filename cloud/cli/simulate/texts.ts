import { TRADITIONAL_CHINESE } from '../explain/texts-zh-tw.ts';
import type { Texts } from '../language.ts';

export interface SimulateTexts {
  readonly playing: string;
  readonly madeUp: (ids: string) => string;
  readonly about: (date: string, seed: number) => string;
  readonly people: (people: number, friends: number, carriers: number) => string;
  readonly passes: (passes: number) => string;
  readonly silent: (list: string) => string;
  readonly heard: (list: string) => string;
  readonly decided: (decisions: number) => string;
  readonly given: (given: number) => string;
  readonly messages: (list: string) => string;
  readonly redeemed: (redeemed: number, refused: string | undefined) => string;
  readonly heads: readonly string[];
  /** Keyed by what a phone, a node or LINE says. */
  readonly words: Readonly<Record<string, string>>;
  /** Keyed by why somebody got nothing; empty in English. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly kept: (folder: string) => string;
  readonly look: string;
  readonly keep: string;
  readonly honest: string;
}

export const TEXTS: Texts<SimulateTexts> = {
  en: {
    playing: 'playing the day',
    madeUp: (ids) => `made up for the day, since no file here names them: ${ids}`,
    about: (date, seed) => `A day that never was: ${date}, seed ${seed}`,
    people: (people, friends, carriers) =>
      `${people} people, ${friends} of them friends before, ${carriers} with a tag`,
    passes: (passes) => `passed a door ${passes} times`,
    silent: (list) => `their phones said nothing: ${list}`,
    heard: (list) => `heard: ${list}`,
    decided: (decisions) => `decided: ${decisions} times`,
    given: (given) => `given: ${given} coupons`,
    messages: (list) => `messages: ${list}`,
    redeemed: (redeemed, refused) =>
      `redeemed: ${redeemed} coupons${refused === undefined ? '' : `; refused at the till: ${refused}`}`,
    heads: ['campaign', 'people met', 'given', 'people', 'again', 'replies', 'pushes', 'why not, mostly'],
    words: {
      not_a_friend: 'not a friend',
      beacon_consent_off: 'LINE Beacon switched off',
      line_in_background: 'LINE not open (Android)',
      blocked: 'account blocked',
      still_in_range: 'still in range',
      'line.beacon': 'LINE Beacon',
      'line.follow': 'new friends',
      'line.unfollow': 'blocked',
      'line.message': 'typed',
      'tag.enter': 'tags came',
      'tag.dwell': 'tags stayed',
      'tag.exit': 'tags left',
      'clock.schedule': 'by the clock',
      'clock.deferral': 'put off and taken up',
      'reply.accepted': 'replies',
      'push.accepted': 'pushes',
      'reply.parked': 'replies given up',
      'push.parked': 'pushes given up',
    },
    reasons: {},
    kept: (folder) => `what the service kept of it is in ${folder}; to look at it:`,
    look: 'then, in another terminal:',
    keep: '--keep keeps what the service wrote down, to be looked at with explain, events and member',
    honest:
      'How many are friends, have LINE Beacon on or carry a tag is guessed; it shows what the campaigns do, not how many come.',
  },
  'zh-TW': {
    playing: '模擬中',
    madeUp: (ids) => `檔案中沒有寫到，因此虛構：${ids}`,
    about: (date, seed) => `虛構的一天：${date}，seed ${seed}`,
    people: (people, friends, carriers) => `${people} 人，其中 ${friends} 人原本就是好友，${carriers} 人帶著標籤`,
    passes: (passes) => `經過門口 ${passes} 次`,
    silent: (list) => `手機沒有回報：${list}`,
    heard: (list) => `聽到：${list}`,
    decided: (decisions) => `判定：${decisions} 次`,
    given: (given) => `發放：${given} 張`,
    messages: (list) => `訊息：${list}`,
    redeemed: (redeemed, refused) => `兌換：${redeemed} 張${refused === undefined ? '' : `；收銀拒絕：${refused}`}`,
    heads: ['活動', '遇到人數', '發放', '人數', '再次顯示', '回覆', '推播', '主要未發放原因'],
    words: {
      not_a_friend: '不是好友',
      beacon_consent_off: '未開啟 LINE Beacon',
      line_in_background: '未開啟 LINE（Android）',
      blocked: '已封鎖帳號',
      still_in_range: '仍在範圍內',
      'line.beacon': 'LINE Beacon',
      'line.follow': '新好友',
      'line.unfollow': '封鎖',
      'line.message': '輸入文字',
      'tag.enter': '標籤靠近',
      'tag.dwell': '標籤停留',
      'tag.exit': '標籤離開',
      'clock.schedule': '預定時間',
      'clock.deferral': '延後後再判定',
      'reply.accepted': '回覆',
      'push.accepted': '推播',
      'reply.parked': '放棄的回覆',
      'push.parked': '放棄的推播',
    },
    reasons: TRADITIONAL_CHINESE.reasons,
    kept: (folder) => `服務留下的資料在 ${folder}；查看方式：`,
    look: '然後在另一個終端機：',
    keep: '加上 --keep 可保留資料，以 explain、events、member 查看',
    honest: '好友、LINE Beacon 與標籤的比例是假設值；它呈現活動如何運作，不代表實際人數。',
  },
};
