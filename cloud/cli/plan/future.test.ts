import { expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import type { PlannedCampaign } from './answer.ts';
import type { Foreseen } from './foresee.ts';
import { futureLines } from './future.ts';
import { FUTURE_TEXTS } from './future-texts.ts';

const HOUR_MS = 3_600_000;
const AT = Date.UTC(2026, 11, 1);
const PEOPLE = {
  ...{ members: 9, reachable: 4, heard30: 0, heard90: 0, tags: 0 },
  unreached: { no_line: 5, blocked: 0, no_consent: 0 },
};
const CAMPAIGN: PlannedCampaign = {
  ...{ campaign: 'tea', state: 'running', audience: PEOPLE, mostPeople: 4, doors: [], overlaps: [] },
};
const FIGURE: Foreseen['forecasts'][number] = {
  ...{ campaign: 'tea', from: epochMs(AT), until: epochMs(AT + 30 * 24 * HOUR_MS), open: true },
  ...{ given: 40, replies: 30, pushes: 10, costMinor: 200, blind: false, basis: 'record' },
};
const lines = (change: Partial<typeof FIGURE>, recordMs: number, language: 'en' | 'zh-TW' = 'en', currency = 'TWD') =>
  futureLines(
    CAMPAIGN,
    { ...FIGURE, ...change },
    {
      texts: FUTURE_TEXTS[language],
      record: { ms: recordMs, worth: 'record' },
      day: (at) => new Date(at).toISOString().slice(0, 10),
      price: { minor: 20, currency },
    },
  );

it('tells a figure, and what holds it back', () => {
  const most = { given: 4, by: 'perMember', people: 4, max: 1, per: 'P30D' } as const;
  expect(lines({ most }, 200 * HOUR_MS)).toEqual([
    'expected from 2026-12-01 to 2026-12-30 (looking 30 days ahead): about 40 coupons',
    'messages: about 30 replies (free) and 10 pushes (about 2.00 TWD)',
    'held back: no more than 4, for there are 4 reachable people and each gets 1 per 30 days',
  ]);
  expect(lines({ most: { given: 7, by: 'total', max: 7, per: 'ever' } }, 200 * HOUR_MS, 'zh-TW')[2]).toBe(
    '受限：最多 7 張，因為所有人合計總共 7 張',
  );
  expect(lines({ most: { given: 7, by: 'total', max: 7, per: 'day' } }, 200 * HOUR_MS, 'zh-TW')[2]).toBe(
    '受限：最多 7 張，因為所有人合計每日 7 張',
  );
});

it('prices in the units people pay in, of which a yen has no hundredth', () => {
  expect(lines({ costMinor: 1200 }, 200 * HOUR_MS, 'en', 'JPY')[1]).toContain('(about 1,200 JPY)');
});

it('tells a guess from where to where, with its price', () => {
  const guess = {
    basis: 'guess' as const,
    range: { given: { least: 5, most: 90 }, pushes: { least: 1, most: 20 } },
    costMinorRange: { least: 20, most: 400 },
  };
  expect(lines(guess, 50 * HOUR_MS)).toEqual([
    'a guess, from only 2 days of record (a week makes a figure): from 2026-12-01 to 2026-12-30 (looking 30 days ahead) between 5 and 90 coupons',
    'messages: between 1 and 20 pushes (0.20–4.00 TWD); replies are free',
  ]);
  expect(lines(guess, 30 * HOUR_MS, 'zh-TW')).toEqual([
    '粗估，只有 30 小時的紀錄（滿一週才有可靠數字）：2026-12-01 到 2026-12-30（往後看 30 天） 5 到 90 張',
    '訊息：推播 1 到 20 則（0.20–4.00 TWD），回覆免費',
  ]);
});

it('does not tell of pushes where there are none', () => {
  const range = { given: { least: 0, most: 27 }, pushes: { least: 0, most: 0 } };
  expect(lines({ basis: 'guess', range }, 50 * HOUR_MS)[1]).toBe('messages: replies only, which are free');
});

it('foretells nothing from minutes, and says how long it takes', () => {
  const blind = { blind: true, basis: 'too_little' as const, given: 0, replies: 0, pushes: 0 };
  expect(lines(blind, 12 * 60_000)).toEqual([
    'how many come is not foretold: 12 minutes of record is too little (a day makes a guess, a week a figure)',
  ]);
  expect(lines(blind, 12 * 60_000, 'zh-TW')[0]).toContain('只有 12 分鐘的紀錄');
  expect(lines({ ...blind, basis: 'nothing' }, 0)).toEqual([expect.stringContaining('nothing of its kind')]);
  expect(lines({ ...blind, basis: 'unjudged' }, 0)).toEqual([expect.stringContaining('not judged again')]);
});
