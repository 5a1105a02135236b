import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import { capChecks, countKey } from './caps.ts';
import { campaign, HOME, NOON, PLACE, policyOf } from './cases.fixture.ts';
import { needsOf } from './needs.ts';

const HOUSE = policyOf({
  caps: { member: { max: 1, per: 'day' }, memberStore: { max: 2, per: 'week' }, global: { max: 3, per: 'PT1H' } },
});
const LIMITED = campaign('tea', {
  limits: {
    perMember: [
      { max: 4, per: 'month' },
      { max: 5, per: 'ever' },
    ],
    perMemberStore: { max: 6, per: 'year' },
    total: { max: 7, per: 'P1D' },
  },
});
const told = (at: string) => epochMs(Date.parse(at));

it('knows every scope and its window, on the clock of the store', () => {
  const checks = capChecks(LIMITED, HOME.storeId, HOUSE, HOME, NOON);
  expect(checks).toEqual([
    { reason: 'cap_member', max: 1, per: 'day', count: { ofMember: true, since: told('2026-12-14T16:00Z') } },
    {
      reason: 'cap_member_campaign',
      max: 4,
      per: 'month',
      count: { ofMember: true, campaignId: 'tea', since: told('2026-11-30T16:00Z') },
    },
    { reason: 'cap_member_campaign', max: 5, per: 'ever', count: { ofMember: true, campaignId: 'tea' } },
    {
      reason: 'cap_member_store',
      max: 2,
      per: 'week',
      count: { ofMember: true, storeId: 'taipei-1', since: told('2026-12-13T16:00Z') },
    },
    {
      reason: 'cap_member_store',
      max: 6,
      per: 'year',
      count: { ofMember: true, campaignId: 'tea', storeId: 'taipei-1', since: told('2025-12-31T16:00Z') },
    },
    {
      reason: 'cap_campaign',
      max: 7,
      per: 'P1D',
      count: { ofMember: false, campaignId: 'tea', since: told('2026-12-14T04:00:00.001Z') },
    },
    { reason: 'cap_global', max: 3, per: 'PT1H', count: { ofMember: false, since: told('2026-12-15T03:00:00.001Z') } },
  ]);
});

it('asks for no store where there is none', () => {
  expect(capChecks(LIMITED, undefined, HOUSE, HOME, NOON).map(({ reason }) => reason)).not.toContain(
    'cap_member_store',
  );
});

describe('what must be counted', () => {
  it('is nothing without caps', () => {
    expect(needsOf([campaign('tea')], PLACE, undefined, NOON)).toEqual({ counts: [], exposures: [] });
  });

  it('is asked once for all candidates', () => {
    const { counts } = needsOf([LIMITED, campaign('cake')], PLACE, HOUSE, NOON);
    const keys = counts.map(countKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toHaveLength(7);
    expect(keys).toContain('all|*|*|1765767600001'.replace('1765767600001', String(told('2026-12-15T03:00:00.001Z'))));
    expect(keys).toContain('member|tea|*|ever');
  });

  it('names the experiments, and the facts audiences ask for', () => {
    const tea = campaign('tea', {
      experiment: { holdout: '10%' },
      audience: { visits: { atLeast: 2, within: 'P7D' } },
    });
    const { exposures, facts } = needsOf([tea, campaign('cake')], PLACE, undefined, NOON);
    expect(exposures).toEqual(['tea']);
    expect(facts).toEqual({ kinds: new Set(['visits']), visitsSince: told('2026-12-08T04:00Z') });
  });
});
