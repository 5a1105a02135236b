import type { GlobalOptions, Language, Shell } from '../shell.ts';

/** `pharos --help`: every command with one line, in both languages. Loads nothing else, so that it answers at once. */

type Line = readonly [command: string, en: string, chinese: string];

interface Group {
  readonly title: Readonly<Record<Language, string>>;
  readonly lines: readonly Line[];
}

export const OVERVIEW: readonly Group[] = [
  {
    title: { en: 'Campaigns', 'zh-TW': '活動' },
    lines: [
      [
        'init',
        'make a folder with shops, a node and five campaigns to begin with',
        '建立資料夾：門市、節點與五個範例活動',
      ],
      ['campaign', 'new campaigns from templates; what there is and how far it is', '從範本建立活動；列出活動與進度'],
      ['validate', 'check files without a server', '不需伺服器，檢查檔案'],
      ['schema', 'the keys of the files, for editors and people', '檔案的鍵，給編輯器與人看'],
      [
        'plan',
        'what applying would change, whom it reaches and what it costs',
        '套用前：會改變什麼、觸及多少人、花費多少',
      ],
      ['preview', 'what one person would get at one moment, and why', '某人在某時會收到什麼，以及原因'],
      ['simulate', 'a made-up day of passers-by, to see what campaigns do', '以虛構的一天試跑活動'],
      ['backtest', 'what these campaigns would have come to over recorded time', '用過去的事件試算這些活動'],
      ['apply', 'make the server do what the files say', '讓伺服器照檔案執行'],
      ['pause', 'have a campaign give nothing until it is resumed', '暫停活動'],
      ['resume', 'go on with a paused campaign', '恢復活動'],
      ['end', 'end a campaign for good; its coupons stay valid', '結束活動；已發的券仍有效'],
      ['rollback', 'have a campaign say again what an older version said', '回復活動的舊版本'],
    ],
  },
  {
    title: { en: 'What happened', 'zh-TW': '發生了什麼' },
    lines: [
      [
        'report',
        'what campaigns, stores and beacons came to, and whether it adds up',
        '活動、門市與 Beacon 的成果，以及帳目是否相符',
      ],
      ['explain', 'why somebody got a message or did not', '某人為什麼收到或沒收到訊息'],
      ['tail', 'decisions as they are made', '即時顯示判定'],
      ['events', 'what was heard last', '最近收到的事件'],
      ['alerts', 'frames that look copied, forged or foreign', '看似複製、偽造或外來的訊框'],
      ['coupon', 'coupons', '優惠券'],
      ['member', 'members: look, find, tag, import and export lists', '會員：查看、搜尋、標記、匯入與匯出'],
      ['segment', 'groups of members, and how many they mean now', '分眾與目前人數'],
      ['audit', 'who changed what, when and why', '誰在何時為何更改了什麼'],
    ],
  },
  {
    title: { en: 'Shops and LINE', 'zh-TW': '門市與 LINE' },
    lines: [
      ['store', 'shops, and posters for their doors', '門市與門口海報'],
      ['node', 'nodes in the shops', '門市裡的節點'],
      ['line', 'the LINE Official Account behind the service', 'LINE 官方帳號'],
      ['frame', 'beacon frames, offline', 'Beacon 訊框（離線）'],
      ['sandbox', 'the LINE platform to try against', '試用的 LINE 平台'],
    ],
  },
  {
    title: { en: 'You and this program', 'zh-TW': '登入與本程式' },
    lines: [
      ['login', 'keep server and token for the commands that follow', '記住伺服器與權杖'],
      ['logout', 'forget the login', '登出'],
      ['whoami', 'as whom the server knows you', '目前的身分'],
      ['token', 'tokens for people, stores and tills', '人員、門市與收銀機的權杖'],
      [
        'help',
        'about a command, or a topic: getting-started, campaign-file, triggers, segments, members, limits, reasons, exit-codes',
        '指令或主題的說明：getting-started、campaign-file、triggers、segments、members、limits、reasons、exit-codes',
      ],
      ['completion', 'a completion script for your shell', '命令列自動完成'],
    ],
  },
];

const OPTIONS: readonly Line[] = [
  ['--json', 'data as JSON', '以 JSON 輸出'],
  ['--lang <language>', 'en or zh-TW (LANG)', 'en 或 zh-TW（LANG）'],
  [
    '--server <url>',
    'the server (PHAROS_SERVER, http://127.0.0.1:8080)',
    '伺服器（PHAROS_SERVER，http://127.0.0.1:8080）',
  ],
  ['--token <token>', 'bearer token (PHAROS_TOKEN, PHAROS_TOKEN_FILE)', '權杖（PHAROS_TOKEN、PHAROS_TOKEN_FILE）'],
  ['--version', 'the version', '版本'],
];

const WORDS = {
  en: {
    usage: 'Usage: pharos <command>',
    options: 'Options of every command',
    more: 'pharos help <command>, or pharos <command> --help, says more.',
  },
  'zh-TW': {
    usage: '用法：pharos <指令>',
    options: '所有指令的選項',
    more: 'pharos help <指令> 或 pharos <指令> --help 有詳細說明。',
  },
} as const;

export function overviewText(language: Language): string {
  const { usage, options, more } = WORDS[language];
  const block = (title: string, lines: readonly Line[]): string =>
    `${title}\n${lines.map(([name, en, chinese]) => `  ${name.padEnd(18)} ${language === 'en' ? en : chinese}\n`).join('')}\n`;
  const groups = OVERVIEW.map(({ title, lines }) => block(title[language], lines));
  return `${usage}\n\n${groups.join('')}${block(options, OPTIONS)}${more}\n`;
}

export const tellOverview = (shell: Pick<Shell, 'out' | 'language'>): void => shell.out(overviewText(shell.language));

/** The options of a command line that asks for the overview and nothing else. */
export function overviewAsked(argv: readonly string[]): GlobalOptions | undefined {
  const [first, second, third, ...rest] = argv;
  if (rest.length > 0) return undefined;
  const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h' || word === 'help';
  const language = (flag: string | undefined, lang: string | undefined): GlobalOptions | undefined =>
    flag === '--lang' && (lang === 'en' || lang === 'zh' || lang === 'zh-TW') ? { lang } : undefined;
  if (isHelp(first)) return second === undefined ? {} : language(second, third);
  return isHelp(third) ? language(first, second) : undefined;
}
