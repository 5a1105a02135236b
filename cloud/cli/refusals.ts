import { own } from '../../protocol/own.ts';
import { type Advice, type ExitCode, Failure, type Said } from './failure.ts';

/** A refusal as whoever refused told it, in English. */
export interface Refused {
  readonly code: string;
  readonly message: string;
  readonly where?: string | undefined;
  readonly remedy?: string | undefined;
}

/** Our sentence for a refusal of somebody else's, by the code that is API. */
interface ChineseRefusal {
  readonly says: string;
  /** What to do. `{1}` and `{2}` are what the English sentence has in quotes, `{given}` is what {@link given} finds. */
  readonly todo?: string;
  /** The part of the English advice that is typed as it stands; where it finds none, the brackets around it go as well. */
  readonly given?: RegExp;
  /** With the names that the English sentence has in quotes, `says` says all of it. */
  readonly whole?: true;
}

/** What the server refuses. */
const OF_THE_SERVER: Readonly<Record<string, ChineseRefusal>> = {
  bad_request: { says: '伺服器不接受這個值', todo: '請依括號中的原因修改後再試' },
  bad_text: { says: '文字裡有不能儲存的字元', todo: '請刪去那個字元' },
  internal: { says: '伺服器發生錯誤', todo: '原因在伺服器的紀錄裡；請稍後再試' },
  no_such_route: { says: '伺服器沒有這項功能', todo: '請使用與伺服器相同版本的 pharos 指令' },
  bad_token: {
    says: '權杖不存在、不正確或已撤銷',
    todo: '請重新執行 pharos login，或設定 PHAROS_TOKEN；在伺服器上，它是資料夾裡的檔案 admin-token',
    whole: true,
  },
  role_not_allowed: {
    says: '這個權杖的角色不能執行這項操作',
    todo: '請改用有權限的權杖（{given}）；admin 可用 pharos token create 建立',
    given: /^use a token of the role (.+);/,
  },
  other_store: {
    says: '這個權杖屬於另一家門市',
    todo: '請寫自己的門市，或改用總部的權杖',
    whole: true,
  },
  not_your_store: { says: '這個權杖屬於另一家門市，看不到這裡', todo: '請不要寫門市，或改用總部的權杖' },
  not_your_channel: {
    says: '這個權杖屬於另一家門市或網路商店',
    todo: '請不要寫 --channel，或改用那一家的權杖',
    whole: true,
  },
  channel_missing: { says: '這個權杖不屬於任何門市或網路商店', todo: '請以 --channel 指定是哪一家', whole: true },
  identities_not_allowed: {
    says: '只有 admin 權杖可以匯出電話、會員卡等身分資料',
    todo: '請不要寫 --identities 與身分欄位，或改用 admin 權杖',
    whole: true,
  },
  name_taken: { says: '已有同名的權杖', todo: '名稱用來辨識是誰做的：請改用另一個名稱，或先撤銷那個權杖', whole: true },
  unknown_token: { says: '沒有這個有效的權杖', todo: '可用 pharos token list 查看', whole: true },
  which_token: {
    says: '這是一個權杖的 id，也是另一個權杖的名稱',
    todo: '請先撤銷以它為名稱的那一個：pharos token revoke {2}',
    whole: true,
  },
  token_unbound: {
    says: '這個角色的權杖要屬於一家門市或網路商店',
    todo: '請以 --store（或 till 的 --web-shop）指定',
    whole: true,
  },
  token_bound: {
    says: '這個角色的權杖不屬於單一門市',
    todo: '請不要寫 --store 與 --web-shop，或改用角色 store 或 till',
    whole: true,
  },
  unknown_channel: { says: '沒有這家門市或網路商店', todo: '請先套用它的檔案，或改正名稱', whole: true },
  idempotency_key_missing: {
    says: '缺少 Idempotency-Key',
    todo: '每按一次用一個新的 UUID；沒收到回覆而重試時用同一個',
  },
  bad_manifest: { says: '檔案內容有誤', todo: 'pharos validate 會指出錯在哪裡' },
  message_refused: {
    says: 'LINE 不接受這些訊息',
    todo: '請修改範本中 LINE 指出的地方；限制見 LINE 的 Messaging API 文件',
  },
  no_template: { says: '訊息範本沒有一併送出', todo: '請用 pharos 指令套用，它會讀取範本檔', whole: true },
  expect_unknown: { says: '這次套用的檔案裡沒有這個活動', todo: '請在 --expect 寫這次要套用的活動', whole: true },
  unknown_campaign: {
    says: '沒有這個活動',
    todo: '可用 pharos campaign list 查看；已結束的活動無法預覽',
    whole: true,
  },
  unknown_version: { says: '活動沒有這個版本', todo: '可用 pharos campaign show {1} 查看' },
  which_version: { says: '要指明回到哪個版本', todo: '請以 --to-version 指定版本；可用 pharos campaign show 查看' },
  version_conflict: {
    says: '活動已被其他人更改，這次沒有套用',
    todo: '請先看 pharos campaign show {1}；確認要接著更改的話，請以 --expect 寫目前的版本',
  },
  campaign_ended: { says: '活動已結束，不能再更改', todo: '請改用另一個 id 套用', whole: true },
  stock_below_issued: {
    says: '庫存不能少於已發出的優惠券張數',
    todo: '庫存至少要寫已發出的張數；不再多發的話，就寫剛好那個數字',
  },
  unknown_store: {
    says: '沒有這家門市',
    todo: '可用 pharos store list 查看；新的門市請先套用，或放在同一資料夾',
    whole: true,
  },
  unknown_beacon: { says: '沒有這個節點', todo: '可用 pharos node list 查看', whole: true },
  unknown_segment: {
    says: '沒有這個分眾',
    todo: '可用 pharos segment list 查看；分眾檔以 pharos apply 套用',
    whole: true,
  },
  segment_cycle: { says: '分眾互相引用，繞成一圈', todo: '請拿掉其中一個引用' },
  channel_id_taken: { says: '門市與網路商店用了同一個 id', todo: '請給網路商店另一個 id', whole: true },
  index_taken: { says: '這個 HWID 的編號已屬於另一個節點', todo: '請改用另一個編號，或不寫，由系統指定' },
  no_such_trigger: {
    says: '活動沒有這種觸發條件',
    todo: '請改用它等待的觸發條件（{given}）',
    given: /^it waits for (.+)$/,
  },
  no_door: { says: '那裡沒有節點', todo: '請在同一資料夾加上 Store 與 Node，或以 --store、--node 指定' },
  not_concerned: { says: '活動不會對此有反應', todo: '請改用它等待的地點、關鍵字或觸發條件，或都不寫' },
  busy: { says: '另一個試算正在進行', todo: '請稍後再試', whole: true },
  empty_span: { says: '結束時間早於開始時間', todo: '請修改 --since 或 --until', whole: true },
  nothing_known: {
    says: '找不到這個 id 的紀錄',
    todo: '可用事件（本系統或 LINE 的）、優惠券、判定、訊息、兌換或會員的 id、優惠代碼、LINE 使用者 ID，或會員的電話、電子郵件',
    whole: true,
  },
  nothing_happened: {
    says: '這位會員還沒有任何事件',
    todo: '可用 pharos member show 或 pharos preview 查看',
    whole: true,
  },
  unknown_coupon: { says: '沒有這張優惠券', todo: '請檢查 id 或代碼', whole: true },
  unknown_member: { says: '沒有這位會員', todo: '可用 pharos member list 或 pharos member find 查看', whole: true },
  unknown_form: { says: '沒有這份表單', todo: '請先套用它的 Form 檔', whole: true },
  member_erased: { says: '這位會員的資料已刪除', todo: '資料無法復原' },
  member_merged: {
    says: '這位會員已併入另一位',
    todo: '請改寫 {2}，或先拆開：pharos member unmerge {1}',
    whole: true,
  },
  same_member: { says: '兩次寫了同一位會員', todo: '請寫兩位不同的會員', whole: true },
  not_merged: { says: '這位會員沒有併入另一位', todo: '請寫先前併入的會員；可用 pharos member show 查看', whole: true },
  merged_since: { says: '之後又有合併', todo: '請先拆開那一次：pharos member unmerge {1}' },
  unknown_link: { says: '這位會員沒有這個連結', todo: '可用 pharos member show {1} 查看', whole: true },
  link_conflict: {
    says: '這個身分屬於另一位會員',
    todo: '請先解除那個連結（{given}）；若是同一個人，請以 pharos member merge 合併會員',
    given: /\((pharos member unlink [^)]+)\)/,
  },
  wording_missing: { says: '連結身分要有本人同意的文字', todo: '請以 --wording 寫上本人同意的文字', whole: true },
  bad_identity: { says: '這個身分的寫法不對', todo: '請檢查號碼、地址或標籤的寫法' },
  not_confirmed: { says: '確認用的 id 不符，沒有刪除任何資料', todo: '請再寫一次要刪除的 id' },
  not_erased: {
    says: '這位會員的資料沒有刪除過',
    todo: '要刪除的話：pharos member erase {1} --yes --why …',
    whole: true,
  },
  line_silent: {
    says: 'LINE 沒有回覆，無法確認這些 LINE 使用者屬於哪個帳號',
    todo: '等 pharos line connect 成功後再試，或先不要匯入 line_user 這一欄',
    whole: true,
  },
  unknown_node: { says: '沒有這個節點', todo: '可用 pharos node list 查看；新的節點請先套用節點檔', whole: true },
  unknown_command: { says: '沒有這個指令', todo: '可用 pharos node show 查看', whole: true },
  has_credentials: { says: '這個節點已經有金鑰', todo: '新的金鑰會使現有的失效：確定的話請加上 --rotate', whole: true },
  bad_config: {
    says: '節點設定有誤，沒有任何更改',
    todo: '請改正設定項或它的值（可用的設定項：{given}）',
    given: /^a node can be configured by (.+)$/,
  },
  config_changed: { says: '節點設定已被其他人更改', todo: '請再看一次 pharos node config {1}，再決定要怎麼改' },
};

/** What the sandbox, the LINE platform to try against, refuses. */
const OF_THE_SANDBOX: Readonly<Record<string, ChineseRefusal>> = {
  unknown_user: { says: '沒有這個人', todo: '可用 pharos sandbox walk 產生一位', whole: true },
  unknown_walk: { says: '沒有這次路過', whole: true },
  unknown_path: { says: '試用的 LINE 平台沒有這項功能', todo: '請使用同一版本的 ./scripts/start' },
  user_exists: { says: '已經有這個人' },
  too_many_users: { says: '試用平台的人數已滿', todo: '請重新執行 ./scripts/start' },
  user_blocked: { says: '這個人封鎖了官方帳號，不能傳訊息', todo: '可用 pharos sandbox scan --user 再加入好友' },
  no_such_button: { says: '聊天室裡沒有這個按鈕' },
  bad_link_token: { says: '這個連結權杖無效、已使用或已過期' },
  no_webhook_url: { says: '還沒有設定 webhook 網址', todo: '請執行 pharos line connect --webhook <網址>' },
  street_full: { says: '同時路過的人太多', todo: '請稍後再試' },
  radio_failed: { says: '手機的無線電無法使用', todo: '請重新執行 ./scripts/start' },
};

/** What commander and the simulation refuse. */
const OF_THE_COMMAND_LINE: Readonly<Record<string, ChineseRefusal>> = {
  missing_argument: { says: '缺少必要的參數', whole: true },
  missing_value: { says: '這個選項要有值', whole: true },
  missing_option: { says: '缺少必要的選項', whole: true },
  conflicting_options: { says: '這些選項不能同時使用', whole: true },
  unknown_option: { says: '沒有這個選項', whole: true },
  too_many_arguments: { says: '參數太多', whole: true },
  bad_value: { says: '這個值不能用', whole: true },
  simulation_failed: { says: '模擬無法進行' },
};

/** Refusals in 繁體中文 by their code. Those of a till come from the server in the reader's language, and are not here. */
export const REFUSALS_ZH_TW: Readonly<Record<string, ChineseRefusal>> = {
  ...OF_THE_COMMAND_LINE,
  ...OF_THE_SANDBOX,
  ...OF_THE_SERVER,
};

/** A refusal in both languages. One that we have no words for is told as it came. */
export function refusalSaid({ code, message, remedy }: Refused): { message: Said; remedy: Advice } {
  const ours = own(REFUSALS_ZH_TW, code);
  const todo =
    ours?.todo === undefined ? remedy : filled(ours.todo, namesIn(message), ours.given?.exec(remedy ?? '')?.[1]);
  return {
    message: { en: message, 'zh-TW': ours === undefined ? message : told(ours, message) },
    remedy: { ...(remedy !== undefined && { en: remedy }), ...(todo !== undefined && { 'zh-TW': todo }) },
  };
}

/** The failure of a command that was refused. */
export function refusedAs(exit: ExitCode, refused: Refused): Failure {
  const { message, remedy } = refusalSaid(refused);
  return new Failure(exit, refused.code, message, { where: refused.where, remedy });
}

function told({ says, whole }: ChineseRefusal, message: string): string {
  if (whole !== true) return `${says}（${message}）`;
  const names = namesIn(message);
  return names.length === 0 ? says : `${says}：${names.join('、')}`;
}

/** What stands in quotes; an apostrophe within a word is none. */
const namesIn = (message: string): string[] =>
  [...message.matchAll(/"([^"]*)"|(?<!\w)'([^']*)'(?!\w)/g)].map(([, doubly, singly]) => doubly ?? singly ?? '');

const filled = (todo: string, names: readonly string[], given: string | undefined): string =>
  todo
    .replaceAll(/\{(\d)\}/g, (_all, place: string) => names[Number(place) - 1] ?? '…')
    .replace(/（([^（）]*)\{given\}）/, (_all, before: string) =>
      given === undefined ? '' : `（${before}${given.replaceAll(' or ', '、')}）`,
    );
