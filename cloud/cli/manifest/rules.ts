import type { CampaignRule } from '../../core/manifest/campaign-rules.ts';

/**
 * Every rule `pharos validate` knows: how grave it is, what is wrong in plain words, and what to do. Rule ids are API:
 * people search for them. What a single finding adds (names, dates, numbers) is said where it is found.
 */

/** One sentence in each language marketers read. */
export interface Words {
  readonly en: string;
  readonly 'zh-TW': string;
}

/** What is wrong, and what to do about it. */
export interface Advised {
  readonly message: Words;
  readonly fix: Words;
}

export interface Rule {
  /** A warning does not keep a file from being applied. */
  readonly level: 'error' | 'warning';
  readonly says: Words;
  readonly fix: Words;
}

const rule = (
  level: Rule['level'],
  [en, zh]: readonly [en: string, zh: string],
  [fix, fixZh]: readonly [en: string, zh: string],
): Rule => ({ level, says: { en, 'zh-TW': zh }, fix: { en: fix, 'zh-TW': fixZh } });

export const RULES = {
  // The file itself
  'yaml-syntax': rule(
    'error',
    ['this is no YAML', '這不是正確的 YAML'],
    ['look at the indentation, quotes and brackets of this line', '檢查這一行的縮排、引號與括號'],
  ),
  'not-a-manifest': rule(
    'error',
    ['a manifest is a map of keys', '檔案內容必須是「鍵: 值」的集合'],
    ['begin with apiVersion, kind, metadata and spec', '以 apiVersion、kind、metadata、spec 開頭'],
  ),
  'wrong-version': rule(
    'error',
    ['this version of the file format is not known', '不認得這個檔案格式版本'],
    ['write apiVersion: pharos/v1', '寫 apiVersion: pharos/v1'],
  ),
  'wrong-kind': rule(
    'error',
    ['this kind of document is not known', '不認得這種文件（kind）'],
    ['use one of the kinds that "pharos schema" lists', '使用「pharos schema」列出的種類'],
  ),
  'unknown-key': rule(
    'error',
    ['this key means nothing here', '這個位置沒有這個鍵'],
    ['correct its spelling, or take it out', '更正拼字，或刪除'],
  ),
  'missing-key': rule(
    'error',
    ['a key that must be here is missing', '缺少必要的鍵'],
    ['add it; "pharos help campaign-file" lists the keys', '補上；「pharos help campaign-file」列出所有的鍵'],
  ),
  'wrong-value': rule(
    'error',
    ['this value does not fit the key', '這個值不符合這個鍵的要求'],
    ['write a value of the form the message names', '依訊息所示的格式填寫'],
  ),
  'number-unquoted': rule(
    'error',
    ['this is text, but YAML reads it as a number', '這是文字，但 YAML 讀成了數字'],
    ['put it in quotation marks', '加上引號'],
  ),
  'duplicate-id': rule(
    'error',
    ['two documents of one kind have the same id', '同一種文件有兩份使用相同的 id'],
    ['give one of them another id', '替其中一份改 id'],
  ),
  'channel-id-twice': rule(
    'error',
    ['a store and a web shop have the same id', '門市與網路商店使用了相同的 id'],
    ['give one another id: a coupon names both by it', '替其中一個改 id，因為優惠券以 id 指定兩者'],
  ),
  'asked-twice': rule(
    'error',
    ['a form asks for the same thing twice', '表單重複詢問同一項目'],
    ['take one out', '刪除其中一項'],
  ),

  // Messages
  'template-missing': rule(
    'error',
    ['the message template is not there', '找不到訊息範本'],
    ['create it, or correct the name; it is relative to the file', '建立檔案或更正檔名；路徑以活動檔所在位置為準'],
  ),
  'template-invalid': rule(
    'error',
    ['the template does not make a LINE message', '範本無法產生 LINE 訊息'],
    [
      'it must become JSON: a LINE message object, or a list of them',
      '範本必須產生 JSON：一個 LINE 訊息物件，或其列表',
    ],
  ),
  'template-variable': rule(
    'error',
    ['the template names something that does not exist', '範本使用了不存在的變數'],
    ['correct the name', '更正變數名稱'],
  ),
  'message-limit': rule(
    'error',
    ['LINE would refuse this message', 'LINE 不會接受這則訊息'],
    [
      'shorten it, fill in what is empty, or send fewer message objects (5 at most)',
      '縮短內容、補上空白的部分，或減少訊息數（最多 5 則）',
    ],
  ),
  'alt-text-missing': rule(
    'error',
    ['the message has no text for the notification and the chat list', '訊息缺少通知與聊天列表要顯示的文字'],
    ['write altText with 1 to 1500 characters', '填寫 altText，1 到 1500 字'],
  ),
  'locale-unread': rule(
    'warning',
    ['the name of this file is not quite that of a language', '檔名不是語言檔的正確寫法'],
    ['name it after the language, e.g. tea.zh-TW.liquid.json', '請依語言命名，例如 tea.zh-TW.liquid.json'],
  ),

  'coupon-unseen': rule(
    'warning',
    [
      'the message shows neither the code of the coupon nor the way to its page: who gets it cannot use it',
      '訊息裡沒有優惠代碼，也沒有優惠券頁面的連結：收到的人無法使用',
    ],
    ['name coupon.code or coupon.url in it', '在訊息中放入 coupon.code 或 coupon.url'],
  ),

  // When
  'dates-reversed': rule(
    'error',
    ['the campaign ends before it begins', '活動結束日早於開始日'],
    ['swap active.from and active.until', '對調 active.from 與 active.until'],
  ),
  'coupon-outlived': rule(
    'error',
    ['the coupons end before the campaign does', '優惠券在活動結束前就到期'],
    ['end the campaign on that day or before', '讓活動在優惠券到期日當天或之前結束'],
  ),
  'window-past': rule(
    'warning',
    ['the time of this campaign is over', '活動期間已過'],
    ['set new dates, or leave the file out', '設定新的日期，或移除這個檔案'],
  ),
  'window-empty': rule(
    'error',
    ['none of its weekdays falls into its dates', '活動期間內沒有任何一天符合指定的星期'],
    [
      'widen active.from and active.until, or change active.days',
      '放寬 active.from 與 active.until，或更改 active.days',
    ],
  ),
  'schedule-outside-window': rule(
    'error',
    ['the schedule never falls into the days and hours of the campaign', '排程時間不在活動的日期或時段內'],
    ['move the schedule, or widen active', '調整排程，或放寬 active'],
  ),
  'quiet-covers-window': rule(
    'warning',
    ['all its hours are quiet hours, so nobody is ever written to', '活動時段全在安靜時段內，不會發出任何訊息'],
    [
      'move active.hours into the opening hours, or set quietHours',
      '把 active.hours 移到營業時間內，或設定 quietHours',
    ],
  ),
  'hours-overnight': rule(
    'warning',
    ['these hours run through the night into the day', '時段跨越整夜到隔天白天'],
    ['if the times are swapped, write them the other way round', '如果時間寫反了，請對調'],
  ),
  'time-zone-odd': rule(
    'warning',
    ['this time zone is no place, and Etc/GMT+8 means eight hours west', '這個時區不是地名；Etc/GMT+8 指的是西八區'],
    ['name the place, e.g. Asia/Taipei', '使用地名，例如 Asia/Taipei'],
  ),
  'needs-clock': rule(
    'error',
    ['it happens at no store, so nobody knows whose clock applies', '觸發時不在任何門市，不知道依哪裡的時間'],
    ['set home (a store) or timeZone', '設定 home（門市）或 timeZone'],
  ),
  'clock-twice': rule(
    'error',
    ['home has a time zone of its own', 'home 門市已有自己的時區'],
    ['take home or timeZone out', '刪除 home 或 timeZone'],
  ),
  'home-at-store': rule(
    'error',
    ['it happens at a store, whose clock applies', '觸發地點就是門市，依該門市的時間'],
    ['take home and timeZone out', '刪除 home 與 timeZone'],
  ),

  // Who and where
  'trigger-twice': rule(
    'error',
    ['the same kind of trigger stands here twice', '同一種觸發條件寫了兩次'],
    ['put together what it waits for, or make a second campaign', '合併條件，或另建一個活動'],
  ),
  'tags-only': rule(
    'warning',
    [
      'LINE tells of arrivals only: this reaches people with a tag and nobody else',
      'LINE 只通知「靠近」：這個觸發條件只對攜帶標籤的人有效',
    ],
    ['use "enter" if phones are meant', '如果對象是手機，請用 enter'],
  ),
  'tags-need-push': rule(
    'error',
    ['a tag brings nothing to reply to, and this campaign only replies', '標籤沒有可回覆的對象，而這個活動只會回覆'],
    ['write delivery: { fallback: push } and limits.messages', '寫 delivery: { fallback: push } 與 limits.messages'],
  ),
  'phrase-collision': rule(
    'warning',
    ['two phrases are the same to whoever types them', '兩個關鍵字對輸入的人來說是同一個'],
    ['take one out; otherwise the campaign of higher priority answers', '刪除其中一個；否則由優先順序較高的活動回覆'],
  ),
  'phrase-stop': rule(
    'error',
    [
      'whoever types this phrase leaves the list instead of getting a coupon',
      '輸入這個字詞會被當成退訂，不會得到優惠券',
    ],
    ['choose another phrase', '改用其他關鍵字'],
  ),
  'not-redeemable-here': rule(
    'error',
    ['a store gives out coupons it does not take', '門市發出自己不能兌換的優惠券'],
    [
      'add the store to redeemableAt, or write redeemElsewhere: true',
      '把門市加入 redeemableAt，或寫 redeemElsewhere: true',
    ],
  ),
  'unknown-store': rule(
    'warning',
    ['no store or web shop here has this id', '這裡沒有這個門市或網路商店'],
    ['correct the id; if it is right, the server must know it already', '更正 id；如果沒錯，伺服器必須已有它'],
  ),
  'unknown-zone': rule(
    'warning',
    ['no node here hangs in such a zone', '這裡沒有節點在這個區域'],
    ['correct the zone, or that of the node', '更正區域名稱，或節點的區域'],
  ),
  'unknown-segment': rule(
    'warning',
    ['no segment here has this id', '這裡沒有這個客群'],
    ['correct the id; if it is right, the server must know it already', '更正 id；如果沒錯，伺服器必須已有它'],
  ),
  'unknown-campaign': rule(
    'warning',
    ['no campaign here has this id', '這裡沒有這個活動'],
    ['correct the id; if it is right, the server must know it already', '更正 id；如果沒錯，伺服器必須已有它'],
  ),
  'unknown-tag': rule(
    'warning',
    ['no form here gives this tag, but one much like it', '沒有表單會加上這個標記，但有一個很像的'],
    ['correct the tag', '更正標記'],
  ),
  'unknown-form': rule(
    'warning',
    ['a message links to a form that is not here', '訊息連到這裡沒有的表單'],
    ['correct the id; if it is right, the server must know it already', '更正 id；如果沒錯，伺服器必須已有它'],
  ),
  'segment-cycle': rule(
    'error',
    ['segments name each other in a circle', '客群互相引用，形成循環'],
    ['let one of them say it without the others', '讓其中一個不引用其他客群'],
  ),

  // How much
  'push-budget': rule(
    'error',
    ['pushed messages cost money, and there is no limit to them', '推播要付費，但沒有設上限'],
    ['set limits.messages, e.g. { max: 2000, per: month }', '設定 limits.messages，例如 { max: 2000, per: month }'],
  ),
  'schedule-pushes': rule(
    'error',
    ['a schedule has nobody to reply to', '排程沒有可回覆的對象'],
    ['write delivery: { prefer: push }', '寫 delivery: { prefer: push }'],
  ),
  'no-cap': rule(
    'warning',
    ['whoever passes every day gets it every day', '每天經過的人每天都會收到'],
    ['set limits.perMember, e.g. { max: 1, per: P30D }', '設定 limits.perMember，例如 { max: 1, per: P30D }'],
  ),
  'budget-unbounded': rule(
    'warning',
    ['nothing limits how many coupons are given out', '優惠券的發出數量沒有上限'],
    [
      'set limits.stock, or limits.total for a number per day or month',
      '設定 limits.stock，或以 limits.total 設定每日、每月上限',
    ],
  ),
  'stock-below-reach': rule(
    'warning',
    ['there are fewer coupons than people it is meant to reach', '優惠券數量少於預計觸及的人數'],
    [
      'raise limits.stock, or tell who comes too late with offer.soldOut',
      '提高 limits.stock，或以 offer.soldOut 告知來晚的人',
    ],
  ),
  'percent-high': rule(
    'warning',
    ['percent is what is taken off: 8 折 is percent: 20', 'percent 是折扣掉的部分：八折是 percent: 20'],
    ['write what is taken off', '填寫折扣掉的百分比'],
  ),
  'amount-tiny': rule(
    'warning',
    ['amounts count in hundredths of the currency: NT$50 is 5000', '金額以百分之一元計：NT$50 是 5000'],
    ['write the amount in the smallest unit', '以最小單位填寫金額'],
  ),
  'currency-odd': rule(
    'warning',
    ['no currency has this code, so no till will take the coupon', '沒有這個幣別代碼，收銀機不會接受這張優惠券'],
    ['write the ISO code, e.g. TWD', '請寫 ISO 代碼，例如 TWD'],
  ),
  'cap-without-store': rule(
    'error',
    ['a cap per store needs a store', '每店上限需要門市'],
    ['set home, or use perMember', '設定 home，或改用 perMember'],
  ),
  'holdout-trigger': rule(
    'error',
    ['whoever asks must be answered, so there can be no control group', '主動詢問的人必須得到回覆，不能有對照組'],
    ['take experiment out', '刪除 experiment'],
  ),
  'sold-out-unheard': rule(
    'error',
    ['nobody can ever see the message for who comes too late', '沒有人會看到「已發完」的訊息'],
    [
      'set limits.stock and a keyword or follow trigger, or take soldOut out',
      '設定 limits.stock 與 keyword 或 follow 觸發，或刪除 soldOut',
    ],
  ),

  // The server's word on a document that looked right here
  'refused-by-server': rule(
    'error',
    ['the server refuses what looked right here', '本機檢查通過，但伺服器拒絕'],
    ['do what the message says', '依訊息處理'],
  ),
} as const satisfies Readonly<Record<CampaignRule, Rule>> & Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof RULES;

export const RULE_IDS = Object.keys(RULES) as readonly RuleId[];

export const isRuleId = (text: string | undefined): text is RuleId => text !== undefined && Object.hasOwn(RULES, text);
