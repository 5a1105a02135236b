import { expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import { parseManifest } from '../../core/manifest/manifest.ts';
import type { BacktestAnswer } from '../backtest/answer.ts';
import type { CheckedDocument } from '../manifest/checked-document.ts';
import type { PlanAnswer } from './answer.ts';
import { foresee, OTHERS } from './foresee.ts';

const DAY = 86_400_000;
const NOW = epochMs(Date.UTC(2026, 11, 1));
const parsed = parseManifest({
  ...{ apiVersion: 'pharos/v1', kind: 'Campaign', metadata: { id: 'tea' } },
  spec: {
    trigger: { on: 'enter' },
    offer: {
      coupon: { value: { percent: 20 }, redeemableAt: ['*'] },
      message: { template: 'm.json', sources: { default: '{"type":"text","text":"x"}' } },
    },
  },
});
if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
const DOCUMENTS = [{ manifest: parsed.manifest }] as unknown as readonly CheckedDocument[];
const PEOPLE = {
  ...{ members: 9, reachable: 9, heard30: 9, heard90: 9, tags: 0 },
  unreached: { no_line: 0, blocked: 0, no_consent: 0 },
};
const planned = (recordedMs: number): PlanAnswer =>
  ({
    ...{ v: 1, at: NOW, recordedSince: NOW - recordedMs, people: PEOPLE, applied: [], removed: [], warnings: [] },
    campaigns: [{ campaign: 'tea', state: 'running', audience: PEOPLE, mostPeople: 9, doors: [], overlaps: [] }],
    line: { quota: { most: 200, used: 0, left: 200, readAt: NOW }, price: { minor: 20, currency: 'TWD' } },
  }) as unknown as PlanAnswer;
const tally = (campaign: string, push: number) => ({
  ...{ campaign, decisions: push, outcomes: { granted: push }, reasons: {}, messages: { reply: 0, push } },
  ...{ members: { met: push, given: push }, lostTo: {}, days: [] },
});
const judged = (...would: BacktestAnswer['would']): BacktestAnswer => ({
  ...{ v: 1, since: NOW - 30 * DAY, until: NOW, events: 9, drafts: ['tea'], would, was: [], tookMs: 1 },
});
const of = (recordedMs: number, backtest = judged(tally('tea', 9), tally('cake', 90))) =>
  foresee(planned(recordedMs), backtest, DOCUMENTS, 'UTC');

it('counts the quota from a record that is long enough, of all campaigns', () => {
  const { record, quota } = of(30 * DAY);
  expect(record).toEqual({ ms: 30 * DAY, worth: 'record' });
  expect(quota).toMatchObject({ needed: 101, enough: true, without: [] });
});

it('makes no month out of minutes, and says what it leaves out', () => {
  const { record, quota, forecasts } = of(600_000);
  expect(record.worth).toBe('too_little');
  expect(forecasts).toMatchObject([{ campaign: 'tea', given: 0, blind: true }]);
  expect(quota).toEqual({ needed: 0, left: 200, enough: true, without: ['tea', OTHERS] });
});

it('prices a guess from where to where', () => {
  const [told] = of(2 * DAY).forecasts;
  expect(told).toMatchObject({ basis: 'guess', pushes: 135, costMinor: 2700 });
  expect(told?.costMinorRange?.least).toBe((told?.range?.pushes.least ?? 0) * 20);
  expect(told?.costMinorRange?.most).toBe((told?.range?.pushes.most ?? 0) * 20);
});

it('does not take what nobody judged for nothing recorded', () => {
  expect(of(30 * DAY, judged()).forecasts).toMatchObject([{ basis: 'nothing', blind: true }]);
  expect(foresee(planned(30 * DAY), undefined, DOCUMENTS, 'UTC').forecasts).toMatchObject([
    { basis: 'unjudged', blind: true },
  ]);
});
