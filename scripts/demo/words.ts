/** What `./scripts/start` says, in both languages. The names of options, files and programs stay as they are typed. */
export type Language = 'en' | 'zh-TW';

export interface DemoWords {
  readonly help: string;
  /** After the name of an option. */
  readonly noSuchOption: (option: string) => string;
  readonly noArguments: (given: string) => string;
  readonly takesNoValue: (option: string) => string;
  readonly empty: (option: string) => string;
  readonly lossOutOfRange: (given: string) => string;
  readonly patienceOutOfRange: (given: string) => string;
  readonly noRadio: (option: string, given: string) => string;
  readonly phoneWithoutRadio: string;
  readonly portOutOfRange: (option: string) => string;
  readonly noLanguage: (given: string) => string;
  readonly pathTooLong: (path: string) => string;
  readonly cannotKeep: (path: string, why: string) => string;
  readonly runsAlready: (path: string, pid: number) => string;
  readonly isFile: string;
  readonly portTaken: (port: number) => string;
  readonly onAir: (node: string, hwid: string, mode: string) => string;
  readonly notOnAir: (log: string) => string;
  readonly noAdapter: (name: string) => string;
  readonly comes: string;
  readonly arrived: (code: string, ms: number) => string;
  readonly stopped: (by: string) => string;
  readonly heardNothing: string;
  readonly reportedNothing: (verdict: string) => string;
  readonly undecided: string;
  readonly stopping: string;
  readonly ended: (program: string, how: string, log: string) => string;
  readonly tryThese: string;
  readonly suggestions: Readonly<Record<'explain' | 'walk' | 'gift' | 'club' | 'story' | 'nodes', string>>;
  readonly staysUp: (dataDir: string) => string;
}

const ENGLISH: DemoWords = {
  help: `Usage: ./scripts/start [options]
Brings up cloud, node, LINE sandbox and a radio, and sends a passer-by past the shop.

  --once              fresh data folder, free ports; prints one JSON object as the last line and exits:
                      0 when the coupon arrived, 1 when not
  --radio NAME        what carries the node's adverts: hci0, hci1, … or virtual-air
  --phone-radio NAME  the adapter of the passer-by's phone, with --radio hciN (default: the next one)
  --air-loss P        probability that the virtual air loses an advert, 0 to 1 (default 0)
  --wrong-key         give the node another key than the registry has, as a forger would
  --data-dir DIR      where data is kept (default ./data; with --once a temporary folder)
  --database URL      postgres://… for the cloud; it has to exist and, with --once, to be empty (default: SQLite)
  --http-port N       port of the cloud's HTTP server (default 8080, or a free one if it is taken)
  --mqtt-port N       port of the cloud's MQTT broker (default 1883, or a free one if it is taken)
  --patience N        wait N times as long for everything, on a slow machine (default 1)
  --lang LANGUAGE     en or zh-TW (LANG)
  -h, --help
`,
  noSuchOption: (option) => `there is no option ${option}`,
  noArguments: (given) => `only options are taken, not "${given}"`,
  takesNoValue: (option) => `${option} takes no value`,
  empty: (option) => `${option} has no value`,
  lossOutOfRange: (given) => `--air-loss is a probability from 0 to 1, not ${given}`,
  patienceOutOfRange: (given) => `--patience is 1 to 100, not ${given}`,
  noRadio: (option, given) => `${option} is virtual-air or an adapter such as hci0, not "${given}"`,
  phoneWithoutRadio: '--phone-radio goes with --radio hciN',
  portOutOfRange: (option) => `${option} is 0 to 65535`,
  noLanguage: (given) => `--lang is en or zh-TW, not "${given}"`,
  pathTooLong: (path) => `the data folder's path is too long for a socket: ${path}`,
  cannotKeep: (path, why) => `cannot keep data in ${path} (${why}); name another folder with --data-dir`,
  runsAlready: (path, pid) =>
    `./scripts/start already runs on ${path} (process ${pid}); stop it, or name another --data-dir`,
  isFile: 'it is a file',
  portTaken: (port) => `port     ${port} is taken; a free one is used`,
  onAir: (node, hwid, mode) => `node     ${node} on air, HWID ${hwid}, device message ${mode}`,
  notOnAir: (log) => `the node did not come on air in time; its log is ${log}`,
  noAdapter: (name) => `there is no adapter ${name}; the demonstration needs one for the node and one for the phone`,
  comes: 'A passer-by comes along the street …',
  arrived: (code, ms) => `The coupon ${code} arrived ${ms} ms after the advert.`,
  stopped: (by) => `No coupon arrived: ${by}`,
  heardNothing: 'the phone heard no LINE Beacon',
  reportedNothing: (verdict) => `the phone had nothing to report (${verdict})`,
  undecided: 'nothing was decided in time',
  stopping: 'stopping',
  ended: (program, how, log) => `${program} ended (${how}); its log is ${log}`,
  tryThese: 'Try:',
  suggestions: {
    explain: 'why this person got a message, or not',
    walk: 'send another passer-by',
    gift: 'a phrase that gives a gift, while there are any',
    club: 'a personal link to the club’s form',
    story: 'from the poster at one door to the till of another shop',
    nodes: 'what the node says of itself',
  },
  staysUp: (dataDir) => `Everything stays up until Ctrl-C; logs and HCI traces are in ${dataDir}.`,
};

const TRADITIONAL_CHINESE: DemoWords = {
  help: `用法：./scripts/start [選項]
啟動雲端服務、節點、試用的 LINE 平台與無線電，並讓一位路人經過門市。

  --once              使用新的資料夾與空的埠；最後一行輸出一個 JSON 物件後結束：
                      收到優惠券為 0，沒收到為 1
  --radio NAME        節點用什麼廣播：hci0、hci1 … 或 virtual-air
  --phone-radio NAME  路人手機的藍牙介面卡，與 --radio hciN 一起使用（預設：下一個）
  --air-loss P        虛擬空氣漏掉一個廣播的機率，0 到 1（預設 0）
  --wrong-key         給節點與登記不同的金鑰，如同仿冒者
  --data-dir DIR      資料放在哪裡（預設 ./data；搭配 --once 時為暫存資料夾）
  --database URL      雲端服務用的 postgres://…；必須已存在，搭配 --once 時必須是空的（預設：SQLite）
  --http-port N       雲端服務的 HTTP 埠（預設 8080，已被占用時改用空的埠）
  --mqtt-port N       雲端服務的 MQTT 埠（預設 1883，已被占用時改用空的埠）
  --patience N        在較慢的機器上，所有等待時間乘以 N（預設 1）
  --lang LANGUAGE     en 或 zh-TW（LANG）
  -h, --help          這份說明
`,
  noSuchOption: (option) => `沒有這個選項：${option}`,
  noArguments: (given) => `只接受選項，不接受「${given}」`,
  takesNoValue: (option) => `${option} 不接受值`,
  empty: (option) => `${option} 沒有值`,
  lossOutOfRange: (given) => `--air-loss 是 0 到 1 的機率，不能是 ${given}`,
  patienceOutOfRange: (given) => `--patience 是 1 到 100，不能是 ${given}`,
  noRadio: (option, given) => `${option} 要是 virtual-air 或介面卡，例如 hci0，不能是「${given}」`,
  phoneWithoutRadio: '--phone-radio 要與 --radio hciN 一起使用',
  portOutOfRange: (option) => `${option} 要是 0 到 65535`,
  noLanguage: (given) => `--lang 要是 en 或 zh-TW，不能是「${given}」`,
  pathTooLong: (path) => `資料夾的路徑太長，無法建立 socket：${path}`,
  cannotKeep: (path, why) => `無法把資料放在 ${path}（${why}）；請以 --data-dir 指定另一個資料夾`,
  runsAlready: (path, pid) =>
    `./scripts/start 已在 ${path} 執行（行程 ${pid}）；請先停止它，或以 --data-dir 指定另一個資料夾`,
  isFile: '這是檔案，不是資料夾',
  portTaken: (port) => `埠       ${port} 已被占用，改用空的埠`,
  onAir: (node, hwid, mode) => `節點     ${node} 廣播中，HWID ${hwid}，裝置訊息 ${mode}`,
  notOnAir: (log) => `節點沒有及時開始廣播；紀錄在 ${log}`,
  noAdapter: (name) => `沒有介面卡 ${name}；示範需要一個給節點、一個給手機`,
  comes: '一位路人走過來 …',
  arrived: (code, ms) => `優惠券 ${code} 在廣播後 ${ms} 毫秒收到。`,
  stopped: (by) => `沒有收到優惠券：${by}`,
  heardNothing: '手機沒有聽到 LINE Beacon',
  reportedNothing: (verdict) => `手機沒有可回報的訊號（${verdict}）`,
  undecided: '沒有及時判定',
  stopping: '停止中',
  ended: (program, how, log) => `${program} 已結束（${how}）；紀錄在 ${log}`,
  tryThese: '可以試試：',
  suggestions: {
    explain: '這個人為什麼收到或沒收到訊息',
    walk: '再來一位路人',
    gift: '輸入關鍵字領禮物，送完為止',
    club: '取得個人的入會表單連結',
    story: '從一個門口的海報到另一家門市的收銀機',
    nodes: '節點的狀況',
  },
  staysUp: (dataDir) => `按 Ctrl-C 之前都會持續執行；紀錄與 HCI 追蹤檔在 ${dataDir}。`,
};

export const DEMO_WORDS: Readonly<Record<Language, DemoWords>> = {
  en: ENGLISH,
  'zh-TW': TRADITIONAL_CHINESE,
};

/** `--lang` wherever it stands, else what the system's own programs look at. */
export function languageOf(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Language {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const flag = at === -1 ? undefined : (/^--lang=(.*)$/.exec(argv[at] ?? '')?.[1] ?? argv[at + 1]);
  const wanted = [flag, env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((it) => it !== undefined && it !== '');
  return wanted?.toLowerCase().startsWith('zh') ? 'zh-TW' : 'en';
}
