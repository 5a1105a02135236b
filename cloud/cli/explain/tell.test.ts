import { describe, expect, it } from 'vitest';
import { GATES } from '../../core/decide/gates.ts';
import { REFUSAL_REASONS } from '../../core/decide/reasons.ts';
import type { ExplainedDecision, ExplainedEvent, Explanation } from '../../core/explain.ts';
import { tellExplanation } from './tell.ts';
import { ENGLISH } from './texts-en.ts';
import { TRADITIONAL_CHINESE } from './texts-zh-tw.ts';
import { ToldExplanation } from './told.ts';

const AT = Date.UTC(2026, 11, 3, 6, 5, 12);

const granted: ExplainedDecision = {
  id: 'dec_1',
  campaign: 'spring-tea',
  version: 3,
  outcome: 'granted',
  passed: ['fresh', 'known'],
  decidedAt: AT + 500,
  coupon: { id: 'cpn_1', state: 'issued', expiresAt: AT + 86_400_000, opened: 0 },
  delivery: {
    id: 'dlv_1',
    route: 'reply',
    state: 'accepted',
    retryKey: 'k',
    requestId: 'req-7',
    createdAt: AT + 500,
    settledAt: AT + 900,
    attempts: [
      { at: AT + 600, endedAt: AT + 700, outcome: 'no-answer', detail: 'timeout' },
      { at: AT + 800, endedAt: AT + 900, outcome: 'accepted' },
    ],
  },
};

const refused: ExplainedDecision = {
  id: 'dec_2',
  campaign: 'autumn-tea',
  version: 1,
  outcome: 'refused',
  reason: 'lost_to_priority',
  sentence: 'a campaign of higher priority won this event',
  passed: [],
  decidedAt: AT + 500,
};

const event: ExplainedEvent = {
  id: 'evt_1',
  ear: 'line',
  type: 'beacon',
  at: AT,
  receivedAt: AT + 400,
  ageMs: 400,
  state: 'done',
  sourceId: 'src',
  store: 'taipei-1',
  node: 'door',
  member: 'mem_1',
  visit: 'vis_1',
  hwid: '0a1b2c3d4e',
  dm: '00',
  trust: 'signed',
  decisions: [granted, refused],
  others: [{ campaign: 'exit-only', why: 'waits for another kind of event' }],
};

const tell = (change: Partial<ExplainedEvent> & { timeZone?: string }, texts = ENGLISH, timeZone?: string): string => {
  const explanation: Explanation = { asked: 'evt_1', events: [{ ...event, ...change }] };
  return tellExplanation(ToldExplanation.parse(explanation), { texts, timeZone });
};

describe('an explanation', () => {
  it('is a story in English', () => {
    expect(tell({})).toBe(`evt_1  A phone heard our beacon  2026-12-03T06:05:12Z
  Where: store taipei-1, node door.
  Who: member mem_1, in visit vis_1.
  Frame: HWID 0a1b2c3d4e, device message 00.
  The device message was signed by our own node.
  Received 2026-12-03T06:05:12Z, 0.4 s after it happened.
  Campaign spring-tea v3: granted.
    Passed: fresh, member known.
    Coupon cpn_1: issued, valid until 2026-12-04T06:05:12Z.
    Delivery dlv_1 by reply: LINE took the message (LINE's request id req-7).
      2026-12-03T06:05:12Z  no answer, so nobody knows, after 100 ms: timeout
      2026-12-03T06:05:12Z  accepted, after 100 ms
  Campaign autumn-tea v1: refused because a campaign of higher priority won this event (lost_to_priority).
  Campaigns that had nothing to do with it:
    exit-only: waits for another kind of event
`);
  });

  it('is the same story in Chinese, on the clock of the shop', () => {
    expect(
      tell({}, TRADITIONAL_CHINESE, 'Asia/Taipei'),
    ).toBe(`evt_1  手機收到了我們的 Beacon  2026-12-03 14:05:12 (Asia/Taipei)
  地點：門市 taipei-1，節點 door。
  對象：會員 mem_1，來店紀錄 vis_1。
  訊框：HWID 0a1b2c3d4e，裝置訊息 00。
  裝置訊息由我們自己的節點簽章。
  收到時間 2026-12-03 14:05:12 (Asia/Taipei)，事件發生後 0.4 s。
  活動 spring-tea v3：已發放。
    已通過：時效、已知會員。
    優惠券 cpn_1：已發放，有效至 2026-12-04 14:05:12 (Asia/Taipei)。
    訊息 dlv_1（回覆）：LINE 已接受訊息（LINE 請求編號 req-7）。
      2026-12-03 14:05:12 (Asia/Taipei)  沒有回應，結果不明，費時 100 毫秒：timeout
      2026-12-03 14:05:12 (Asia/Taipei)  已接受，費時 100 毫秒
  活動 autumn-tea v1：未發放，因為這次由優先順序較高的活動取得（lost_to_priority）。
  與這個事件無關的活動：
    exit-only：等待的是另一種事件
`);
  });

  it("uses the store's own zone where the server knows it", () => {
    expect(tell({ timeZone: 'Asia/Tokyo' })).toContain('2026-12-03 15:05:12 (Asia/Tokyo)');
  });

  it('says what is not known, and what is not decided yet', () => {
    const { store, node, member, visit, ageMs, trust, hwid, ...bare } = event;
    const told = tellExplanation(
      { asked: 'x', events: [{ ...bare, state: 'pending', decisions: [], others: [] }] },
      { texts: ENGLISH },
    );
    expect(told).toContain('Where: nobody knows');
    expect(told).toContain('Who: nobody known.');
    expect(told).toContain('no clock can tell');
    expect(told).toContain('It still waits to be decided.');
    expect(told).not.toContain('undefined');
    expect(tellExplanation({ asked: 'x', events: [] }, { texts: ENGLISH })).toBe('Nothing was heard of it.\n');
  });

  it('says that nothing was up for decision', () => {
    expect(tell({ decisions: [] })).toContain('No campaign had anything to do with it.');
    expect(tell({ decisions: [], state: 'failed' })).toContain('Deciding it failed');
  });

  it('tells that others got it in the same call', () => {
    const cast = { ...granted.delivery, route: 'push', multicast: true };
    const decisions = [{ ...granted, delivery: cast } as ExplainedDecision];
    expect(tell({ decisions })).toContain('Delivery dlv_1 by push to several people at once: LINE took');
    expect(tell({ decisions }, TRADITIONAL_CHINESE)).toContain('訊息 dlv_1（多人推播）');
  });

  it('tells why a delivery was given up', () => {
    const parked = { ...granted.delivery, state: 'parked', parkReason: 'expired', attempts: [] };
    const told = tell({ decisions: [{ ...granted, delivery: parked } as ExplainedDecision] });
    expect(told).toContain('given up, for its time had run out (expired)');
    expect(told).toContain('Not tried yet.');
  });

  it.each<[ExplainedDecision['figure'] & object, string, string]>([
    [
      { kind: 'cap', count: 3, max: 3, per: 'P30D', since: AT - 1000 },
      '3 of 3 in 30 days, since 2026-12-03 14:05:11 (Asia/Taipei). (Counted again from the rows as of then.)',
      '30 天內已有 3 次，上限 3 次，自 2026-12-03 14:05:11 (Asia/Taipei) 起。',
    ],
    [{ kind: 'cap', count: 1, max: 1, per: 'ever' }, '1 of 1 ever.', '至今已有 1 次'],
    [{ kind: 'stock', given: 5000, of: 5000 }, 'Stock: 5000 of 5000 given.', '5000 張中已發 5000 張'],
    [{ kind: 'budget', used: 9, of: 9, period: '2026-12' }, '9 of 9 used in 2026-12', '2026-12 的 9 則中已用 9 則'],
    [{ kind: 'quota', used: 200, most: 200, readAt: AT }, '200 of 200 used, as read 2026-12-03 14:05', '已用 200 則'],
    [
      { kind: 'quiet', from: 1320, to: 600, whose: 'store', timeZone: 'Asia/Taipei' },
      'Quiet from 22:00 to 10:00 (Asia/Taipei), for the store is closed.',
      '安靜時段 22:00 至 10:00（Asia/Taipei），門市打烊。',
    ],
    [
      { kind: 'window', days: ['mon', 'tue'], from: 660, to: 1200, timeZone: 'Asia/Taipei' },
      'The campaign runs mon, tue, 11:00–20:00 (Asia/Taipei).',
      '活動時段：週一, 週二、11:00–20:00',
    ],
    [{ kind: 'dates', until: '2026-12-01', timeZone: 'Asia/Taipei' }, 'ever to 2026-12-01', '不限 至 2026-12-01'],
    [
      { kind: 'late', ageMs: 300_000, freshForMs: 120_000 },
      'It was 5 min old; the campaign allows 2 min.',
      '已過 5 min',
    ],
    [{ kind: 'held', coupon: 'cpn_9', since: AT }, 'It is coupon cpn_9, of 2026-12-03 14:05:12', '優惠券 cpn_9'],
    [{ kind: 'weighed', at: AT, outcome: 'granted' }, 'It was decided 2026-12-03 14:05:12', '判定於 2026-12-03'],
    [{ kind: 'winner', campaign: 'tea' }, 'It was tea.', '即 tea。'],
    [{ kind: 'fixed', given: 20, of: 20 }, '20 of 20 offers on fixed device messages', '上限 20 次'],
    [
      { kind: 'stopped', how: 'pause', at: AT, by: 'Mei', why: 'the ice machine is broken' },
      'It was paused 2026-12-03 14:05:12 (Asia/Taipei) by Mei: the ice machine is broken.',
      'Mei 於 2026-12-03 14:05:12 (Asia/Taipei) 暫停：the ice machine is broken。',
    ],
    [
      { kind: 'template', complaint: 'undefined variable: shop.name' },
      'What is wrong with it: undefined variable: shop.name',
      '問題：undefined variable',
    ],
    [
      {
        kind: 'audience',
        failed: [
          [{ path: 'all.0', rule: { tier: { in: ['gold', 'silver'] } }, wanted: true, has: 'bronze' }],
          [{ path: 'all.1.not', rule: { tag: 'staff' }, wanted: false, segment: 'guests' }],
        ],
        segmentsChangedAt: AT,
      },
      'The member has tier bronze, wanted gold or silver. The member has the tag staff, which the campaign excludes (segment "guests"). (By the segments as they are today; changed 2026-12-03 14:05:12 (Asia/Taipei).)',
      '這位會員的等級是 bronze，活動要求 gold 或 silver。這位會員有標記 staff，而活動排除這種會員（分眾「guests」）。',
    ],
    [
      {
        kind: 'audience',
        failed: [
          [
            { path: 'any.0', rule: { visits: { atLeast: 3, within: 'P30D' } }, wanted: true, has: 1 },
            { path: 'any.1', rule: { attribute: { name: 'age', gte: 18 } }, wanted: true, has: null },
          ],
        ],
      },
      'None of these holds: the member came 1 time in 30 days, wanted at least 3; has no "age", wanted at least 18.',
      '以下皆不符合，符合一項即可：在 30 天內來店 1 次，活動要求至少 3 次；沒有 "age" 資料，活動要求 至少 18。',
    ],
    [{ kind: 'audience', failed: [] }, 'the member is meant: a segment or the member was changed', '屬於活動對象'],
  ])('names the number behind a reason: %o', (figure, english, chinese) => {
    const decisions = [{ ...refused, figure }];
    expect(tell({ decisions }, ENGLISH, 'Asia/Taipei')).toContain(english);
    expect(tell({ decisions }, TRADITIONAL_CHINESE, 'Asia/Taipei')).toContain(chinese);
  });

  it('tells what became of a coupon, and of a phrase nobody waits for', () => {
    const coupon = {
      ...{ id: 'cpn_1', state: 'redeemed', expiresAt: AT, openedAt: AT, opened: 2 },
      redeemed: { id: 'rdm_1', at: AT, place: 'taipei-1' },
    };
    const told = tell({ decisions: [{ ...granted, coupon }] });
    expect(told).toContain('Its page was first opened 2026-12-03T06:05:12Z, 2 times in all.');
    expect(told).toContain('Redeemed 2026-12-03T06:05:12Z at taipei-1 (rdm_1).');
    const others = [{ campaign: 'ice', why: 'waits for another phrase' }];
    expect(tell({ type: 'message', decisions: [], others })).toContain('is the phrase of no campaign');
    const soldOut = {
      ...refused,
      reason: 'stock_exhausted' as const,
      ...(granted.delivery && { delivery: granted.delivery }),
    };
    expect(tell({ decisions: [soldOut] })).toContain('The words for being sold out were sent:');
  });

  it("tells a newer server's words as they came", () => {
    const decision = { ...refused, reason: 'moon_phase', sentence: 'the moon was full', passed: ['constructor'] };
    const explanation = { asked: 'x', events: [{ ...event, type: 'membership', decisions: [decision] }] };
    const told = tellExplanation(ToldExplanation.parse(explanation), { texts: TRADITIONAL_CHINESE });
    expect(told).toContain('LINE通知了「membership」事件');
    expect(told).toContain('因為the moon was full（moon_phase）');
    expect(told).toContain('constructor');
  });
});

describe('the Chinese tables', () => {
  it('have a sentence of their own for every reason and gate', () => {
    const sentences = REFUSAL_REASONS.map((reason) => TRADITIONAL_CHINESE.reasons[reason]);
    expect(new Set(sentences).size).toBe(REFUSAL_REASONS.length);
    for (const sentence of sentences) expect(sentence).toMatch(/\p{Script=Han}/u);
    for (const { name } of GATES) expect(TRADITIONAL_CHINESE.gates[name]).toMatch(/\p{Script=Han}/u);
  });

  it('leave out nothing the English ones have', () => {
    for (const table of ['happened', 'trust', 'deliveryStates', 'parkReasons', 'attemptOutcomes'] as const) {
      expect(Object.keys(TRADITIONAL_CHINESE[table])).toEqual(Object.keys(ENGLISH[table]));
    }
  });
});
