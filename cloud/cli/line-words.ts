/** What the server finds of the LINE account, in 繁體中文 by its English sentences. */

type Sentence = readonly [english: RegExp, chinese: (...parts: string[]) => string];

/** The names of the checks. */
export const LINE_CHECKS_ZH_TW: Readonly<Record<string, string>> = {
  ...{ token: '權杖', answers: '回應模式', clock: '時鐘', address: '網址', switch: '開關', webhook: '測試' },
  quota: '額度',
};

const FINDINGS: readonly Sentence[] = [
  [/^LINE knows the token as (.*) \((.*)\)$/, (name, id) => `LINE 認得這個權杖：${name}（${id}）`],
  [/^the account is in bot mode: /, () => '帳號為聊天機器人模式：顧客傳的訊息會送到這裡'],
  [/^the account is in "(.*)" mode: /, (mode) => `帳號為「${mode}」模式：在 LINE 聊天畫面的人可能同時回覆`],
  [/^LINE did not say what time it is$/, () => 'LINE 沒有說現在幾點'],
  [/^our clock agrees with LINE’s$/, () => '我們的時鐘與 LINE 一致'],
  [/^our clock is (\d+) s behind LINE’s$/, (seconds) => `我們的時鐘比 LINE 慢 ${seconds} 秒`],
  [/^our clock is (\d+) s ahead of LINE’s$/, (seconds) => `我們的時鐘比 LINE 快 ${seconds} 秒`],
  [/^LINE has no webhook address$/, () => 'LINE 還沒有 webhook 網址'],
  [/^LINE still calls (.*), not (.*)$/, (there, wanted) => `LINE 仍然呼叫 ${there}，而不是 ${wanted}`],
  [/^LINE calls (.*)$/, (there) => `LINE 呼叫 ${there}`],
  [/^"Use webhook" is on$/, () => '「Use webhook」已開啟'],
  [/^"Use webhook" is off: /, () => '「Use webhook」已關閉：LINE 不會送出任何事件'],
  [/^there is no address to test$/, () => '沒有網址可以測試'],
  [/^LINE did not say which address to test$/, () => 'LINE 沒有說要測試哪個網址'],
  [/^LINE’s test event came through, /, () => 'LINE 的測試事件已送達，簽章正確'],
  [/^LINE’s test event reached us with a signature /, () => 'LINE 的測試事件已送達，但簽章不屬於我們的 channel secret'],
  [/^LINE’s test event did not come through: (.*)$/, (why) => `LINE 的測試事件沒有送達：${why}`],
  [/^(\d+) messages sent this month; the plan sets no limit$/, (used) => `本月已送出 ${used} 則訊息；方案沒有上限`],
  [
    /^(\d+) of (\d+) messages left this month /,
    (left, limit) => `本月 ${limit} 則訊息還剩 ${left} 則（回覆免費，不計入）`,
  ],
];

const REMEDIES: readonly Sentence[] = [
  [
    /^issue a channel access token in /,
    () => '請在 LINE Developers Console 核發 channel access token，並設定 PHAROS_LINE_CHANNEL_ACCESS_TOKEN',
  ],
  [/^the sentence is LINE’s own; /, () => '這是 LINE 自己的訊息；請查 Messaging API 文件中的這個呼叫'],
  [/^check the network, PHAROS_LINE_API_BASE /, () => '請檢查網路、PHAROS_LINE_API_BASE 與 LINE 的服務狀態，再試一次'],
  [
    /^LINE Official Account Manager → Settings → Response settings: /,
    () => 'LINE Official Account Manager → 設定 → 回應設定：關閉聊天，或只在營業時間外開啟',
  ],
  [/^try again$/, () => '請再試一次'],
  [
    /^synchronise this machine’s clock /,
    () => '請校正這台主機的時鐘（timedatectl set-ntp true）：裝置訊息的簽章以它驗證',
  ],
  [/^LINE takes a public https address /, () => 'LINE 只接受 500 字元以內、公開的 https 網址，而且憑證要受手機信任'],
  [
    /^say it once: pharos line connect /,
    () => '請設定一次：pharos line connect --webhook https://<您的網址>/line/webhook',
  ],
  [
    /^LINE Developers console → your channel → /,
    () => 'LINE Developers Console → 您的 channel → Messaging API → Use webhook',
  ],
  [/^set the address first$/, () => '請先設定網址'],
  [
    /^copy the channel secret of this very channel /,
    () => '請把這個 channel 的 channel secret 設為 PHAROS_LINE_CHANNEL_SECRET，並重新啟動',
  ],
  [
    /^the address must lead to this server’s HTTP port /,
    () => '網址要能經由 https 連到這台伺服器的 HTTP 埠、路徑 /line/webhook，並在兩秒內回應',
  ],
  [
    /^campaigns that reply go on; /,
    () => '以回覆送出的活動不受影響；需要推播的活動，請在 LINE Official Account Manager 調整方案',
  ],
];

const BY_HAND: readonly Sentence[] = [
  [
    /^Webhook redelivery /,
    () =>
      'Webhook 重新傳送（LINE Developers Console → Messaging API → Webhook redelivery）：開啟，重新啟動時才不會漏掉事件',
  ],
  [
    /^Greeting message and auto-response /,
    () => '加入好友的歡迎訊息與自動回應訊息（LINE Official Account Manager → 回應設定）：關閉，否則會同時回覆',
  ],
  [
    /^Hardware ids: have LINE issue them /,
    () => '硬體 ID：請向 LINE 申請（LINE Official Account Manager → Beacon → LINE Simple Beacon），再填入節點檔',
  ],
  [
    /^Hardware ids: LINE does not say which .*; compare (.*) with its beacon page$/,
    (hwids) => `硬體 ID：LINE 不提供查詢；請在 Beacon 頁面核對 ${hwids}`,
  ],
  [
    /^Country: LINE Beacon works for people in /,
    () => '地區：LINE Beacon 只適用於日本、台灣與泰國，且本人已開啟 LINE Beacon',
  ],
];

/** What LINE itself says, and what a newer server says, stays as it came. */
const inChinese = (sentences: readonly Sentence[], english: string): string => {
  for (const [pattern, chinese] of sentences) {
    const [all, ...parts] = pattern.exec(english) ?? [];
    if (all !== undefined) return chinese(...parts);
  }
  return english;
};

export const lineFindingZhTw = (english: string): string => inChinese(FINDINGS, english);
export const lineRemedyZhTw = (english: string): string => inChinese(REMEDIES, english);
export const lineByHandZhTw = (english: string): string => inChinese(BY_HAND, english);
