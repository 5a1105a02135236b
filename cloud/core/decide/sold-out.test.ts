import { expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import { REPLY_RETRY_FOR_MS } from '../deliver/settle.ts';
import { campaign, type DecideCase, inputOf, NOON } from './cases.fixture.ts';
import { decide } from './decide.ts';
import { soldOutToTell } from './sold-out.ts';

const ASKED = {
  trigger: [{ on: 'keyword', phrases: ['茶'] }, { on: 'follow' }, { on: 'enter' }],
  home: 'taipei-1',
  limits: { stock: 1, perMember: { max: 9, per: 'ever' } },
};
const { offer } = campaign('tea').spec;
const SAYING = { ...ASKED, offer: { coupon: { value: { percent: 20 }, redeemableAt: ['*'] }, message: offer.message } };
const TOLD = { ...SAYING, offer: { ...SAYING.offer, soldOut: { template: 'gone.json' } } };
const GONE = { stockLeft: 0 };
const typed = { trigger: 'keyword', trust: 'webhook', phrase: '茶' } as const;

/** Whether the campaign says that it has nothing left. */
function tells(given: Omit<DecideCase, 'name' | 'says' | 'expect'>): boolean {
  const input = inputOf({ name: 'here', ...given });
  return soldOutToTell(input.event, decide(input), input.candidates, input.now)?.campaignId === 'tea';
}

it.each<[string, boolean, Omit<DecideCase, 'name' | 'says' | 'expect'>]>([
  ['who types the phrase', true, { event: typed, spec: TOLD, past: GONE }],
  ['a new friend', true, { event: { trigger: 'follow', trust: 'webhook' }, spec: TOLD, past: GONE }],
  ['who types while it lasts', false, { event: typed, spec: TOLD, past: { stockLeft: 1 } }],
  ['who walks past', false, { spec: TOLD, past: GONE }],
  ['who types where there are no words for it', false, { event: typed, spec: SAYING, past: GONE }],
  ['who has had enough', false, { event: typed, spec: TOLD, past: GONE, counted: { cap_member_campaign: 9 } }],
  ['who withdrew consent', false, { event: typed, spec: TOLD, past: GONE, member: { consent: 'withdrawn' } }],
  [
    'whose piece was the last a moment ago',
    true,
    { event: typed, spec: TOLD, past: { stockLeft: 1, failed: 'stock_exhausted' } },
  ],
  [
    'who gets another coupon instead',
    false,
    { event: typed, spec: TOLD, past: GONE, beside: { ...ASKED, limits: {} } },
  ],
])('%s: told %s', (_who, expected, given) => {
  expect(tells(given)).toBe(expected);
});

it('says nothing when the reply token has died', () => {
  const input = inputOf({ name: 'late', event: typed, spec: TOLD, past: GONE });
  const decisions = decide(input);
  expect(soldOutToTell(input.event, decisions, input.candidates, epochMs(NOON + REPLY_RETRY_FOR_MS))).toBeUndefined();
});
