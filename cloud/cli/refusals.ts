/**
 * Refusals marketers and shop people meet, in 繁體中文, by the code of the problem. The server's own sentence, which names
 * the thing, follows in brackets; codes that are not here are told in English.
 */
export const REFUSALS_ZH_TW: Readonly<Record<string, string>> = {
  role_not_allowed: '這個權杖的角色不能執行這項操作',
  bad_token: '權杖不存在、不正確或已撤銷，請重新執行 pharos login',
  no_token: '沒有可出示給伺服器的權杖，請先執行 pharos login',
  unreachable: '連不上伺服器',
  version_conflict: '活動已被其他人更改，這次沒有套用',
  campaign_ended: '活動已結束，不能再更改；請改用另一個 id',
  unknown_campaign: '沒有這個活動，可用 pharos campaign list 查看',
  unknown_version: '活動沒有這個版本，可用 pharos campaign show 查看',
  which_version: '請用 --to-version 指明要回到哪個版本',
  stock_below_issued: '庫存不能少於已發出的優惠券張數',
  unknown_store: '沒有這家門市',
  unknown_segment: '沒有這個分眾',
  no_template: '訊息範本沒有一併送出',
  bad_manifest: '檔案內容有誤',
  name_taken: '已有同名的權杖',
  unknown_token: '沒有這個有效的權杖',
  unknown_channel: '沒有這家門市或網路商店',
  unknown_member: '沒有這位會員',
  unknown_coupon: '沒有這張優惠券',
};
