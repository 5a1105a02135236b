import type { Texts } from '../language.ts';
import type { People } from './answer.ts';

export interface PlanTexts {
  readonly nothingChanges: string;
  readonly actions: Readonly<Record<string, string>>;
  readonly removedAs: Readonly<Record<string, string>>;
  readonly added: (path: string, to: string) => string;
  readonly takenAway: (path: string, from: string) => string;
  readonly changed: (path: string, from: string, to: string) => string;
  readonly longText: (characters: number) => string;
  /** `rest`: why the others cannot be reached; empty where all can. */
  readonly everybody: (people: People, rest: string) => string;
  readonly honest: string;
  readonly campaign: (id: string) => string;
  readonly paused: string;
  readonly audience: (people: People, rest: string) => string;
  readonly noHistory: string;
  readonly busy: string;
  readonly basis: (since: string, until: string, events: number, length: string) => string;
  readonly came: (met: number, given: number, people: number) => string;
  readonly reasons: (list: string) => string;
  readonly beside: (campaign: string, where: readonly string[], priority: number, group: string | undefined) => string;
  readonly atDoors: (doors: string) => string;
  readonly byPhrases: (phrases: string) => string;
  readonly byFollow: string;
  readonly lost: (campaign: string, times: number) => string;
  readonly nothingRecorded: (places: string) => string;
  readonly noDoor: string;
  readonly quotaUnknown: string;
  readonly quotaUnlimited: string;
  readonly quota: (left: number, most: number, needed: number) => string;
  readonly quotaWithout: (campaigns: string) => string;
  readonly others: string;
  readonly quotaShort: (missing: number) => string;
  readonly noPrice: string;
}

export const TEXTS: Texts<PlanTexts> = {
  en: {
    nothingChanges: 'nothing would change',
    actions: {},
    removedAs: {
      ended: 'would end; its coupons stay valid',
      deleted: 'would be deleted',
      kept: 'stays: take it down by hand',
    },
    added: (path, to) => `${path} is new: ${to}`,
    takenAway: (path, from) => `${path} is gone; it was ${from}`,
    changed: (path, from, to) => `${path} goes from ${from} to ${to}`,
    longText: (characters) => `a text of ${characters} characters`,
    everybody: ({ members, reachable, heard30, heard90, tags }, rest) =>
      `People now: ${members} members, ${reachable} of them reachable (friends who agreed and have not blocked us)${rest === '' ? '' : `; not reachable: ${rest}`}. Of the reachable LINE Beacon heard ${heard30} in the last 30 days and ${heard90} in 90, and ${tags} carry a tag.`,
    honest:
      'These are people we know, not passers-by: strangers, and phones without LINE Beacon switched on, are heard by nobody.',
    campaign: (id) => `Campaign ${id}`,
    paused: 'is paused and gives nothing until it is resumed',
    audience: ({ members, reachable, heard30, heard90, tags }, rest) =>
      `its audience now: ${members} members, ${reachable} reachable${rest === '' ? '' : ` (not: ${rest})`}; heard by LINE Beacon ${heard30} (30 days) and ${heard90} (90 days), ${tags} with a tag`,
    noHistory: 'nothing was ever recorded here, so how many come cannot be known yet',
    busy: 'another backtest is under way: ask again for what the recorded time would have come to',
    basis: (since, until, events, length) =>
      `Judged again: ${events} events from ${since} to ${until} (${length} of record), as if these campaigns had run.`,
    came: (met, given, people) => `over that time: ${met} people came its way, ${given} coupons to ${people} people`,
    reasons: (list) => `others got nothing: ${list}`,
    beside: (campaign, where, priority, group) =>
      `beside "${campaign}" ${where.join(', ')} (priority ${priority}${group === undefined ? '' : `; of the group ${group} only one answers`})`,
    atDoors: (doors) => `at ${doors}`,
    byPhrases: (phrases) => `by the phrase ${phrases}`,
    byFollow: 'when somebody becomes a friend',
    lost: (campaign, times) => `lost to "${campaign}" ${times} ${times === 1 ? 'time' : 'times'}`,
    nothingRecorded: (places) => `nothing recorded at ${places}: how many come there cannot be known`,
    noDoor: 'no node stands where it waits: nobody will be heard',
    quotaUnknown: 'LINE has not told yet how many messages are left this month.',
    quotaUnlimited: 'The LINE plan sets no limit to pushed messages.',
    quota: (left, most, needed) => `LINE: ${left} of ${most} messages are left this month; about ${needed} are needed.`,
    quotaWithout: (campaigns) => `LINE: not counted, for too little is known of them: ${campaigns}.`,
    others: 'all other campaigns',
    quotaShort: (missing) => `LINE: that is not enough: about ${missing} messages will not be sent this month.`,
    noPrice: 'What a pushed message costs is not set (PHAROS_LINE_PRICE), so no price can be told.',
  },
  'zh-TW': {
    nothingChanges: '沒有任何變更',
    actions: { created: '將建立', updated: '將更新', unchanged: '不變' },
    removedAs: { ended: '將結束；已發的券仍有效', deleted: '將移除', kept: '保留：需要時請手動移除' },
    added: (path, to) => `新增 ${path}：${to}`,
    takenAway: (path, from) => `移除 ${path}，原為 ${from}`,
    changed: (path, from, to) => `${path} 由 ${from} 改為 ${to}`,
    longText: (characters) => `${characters} 字的內容`,
    everybody: ({ members, reachable, heard30, heard90, tags }, rest) =>
      `目前共 ${members} 位會員，其中 ${reachable} 位可聯繫（好友、同意行銷且未封鎖）${rest === '' ? '' : `；無法聯繫：${rest}`}；可聯繫者中 LINE Beacon 近 30 天聽到 ${heard30} 位、近 90 天 ${heard90} 位，帶著標籤的 ${tags} 位。`,
    honest: '這些是我們認得的人，不是路過人數：陌生人與沒有開啟 LINE Beacon 的手機都不會被聽到。',
    campaign: (id) => `活動 ${id}`,
    paused: '目前暫停，恢復前不會發放',
    audience: ({ members, reachable, heard30, heard90, tags }, rest) =>
      `目前對象：${members} 位會員，可聯繫 ${reachable} 位${rest === '' ? '' : `（無法聯繫：${rest}）`}；LINE Beacon 近 30 天聽到 ${heard30} 位、近 90 天 ${heard90} 位，帶標籤 ${tags} 位`,
    noHistory: '這裡還沒有任何紀錄，無法得知會有多少人',
    busy: '另一個試算正在進行：過去時段的試算請稍後再問',
    basis: (since, until, events, length) =>
      `重新判定：${since} 到 ${until}（${length}的紀錄）共 ${events} 筆事件，假設這些活動當時已在進行。`,
    came: (met, given, people) => `該段時間：遇到 ${met} 人，發給 ${people} 人共 ${given} 張`,
    reasons: (list) => `未發放的原因：${list}`,
    beside: (campaign, where, priority, group) =>
      `與「${campaign}」重疊：${where.join('、')}（優先順序 ${priority}${group === undefined ? '' : `；同組 ${group} 只有一個會回應`}）`,
    atDoors: (doors) => `地點 ${doors}`,
    byPhrases: (phrases) => `關鍵字 ${phrases}`,
    byFollow: '加入好友時',
    lost: (campaign, times) => `有 ${times} 次由「${campaign}」取得`,
    nothingRecorded: (places) => `${places} 沒有任何紀錄：無法得知會有多少人`,
    noDoor: '活動地點沒有任何節點：不會聽到任何人',
    quotaUnknown: 'LINE 尚未告知本月剩餘的訊息額度。',
    quotaUnlimited: 'LINE 方案沒有推播則數上限。',
    quota: (left, most, needed) => `LINE：本月剩 ${left}／${most} 則，約需 ${needed} 則。`,
    quotaWithout: (campaigns) => `LINE：以下所知太少，未計入：${campaigns}。`,
    others: '其他所有活動',
    quotaShort: (missing) => `LINE：額度不足，本月約有 ${missing} 則不會發送。`,
    noPrice: '尚未設定每則推播的費用（PHAROS_LINE_PRICE），無法估算金額。',
  },
};
