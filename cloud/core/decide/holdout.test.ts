import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import type { CampaignId, MemberId } from '../ids.ts';
import { assignArm, BUCKET_ALGORITHM, BUCKETS, bucketOf, earlierExposure } from './holdout.ts';

const bucket = (campaign: string, salt: string, member: string): number =>
  bucketOf(campaign as CampaignId, salt, member as MemberId);

/**
 * Golden vectors of version 1, also for whoever computes an arm elsewhere. If one changes, every control group is
 * drawn anew: raise the version instead.
 */
const VECTORS: readonly (readonly [campaign: string, salt: string, member: string, bucket: number])[] = [
  ['tea', '', 'mem_1', 2885],
  ['tea', '', 'mem_2', 3464],
  ['tea', '', 'mem_3', 4318],
  ['cake', '', 'mem_1', 6015],
  ['tea', 'two', 'mem_1', 8679],
  ['tea', 'two', 'mem_7', 1210],
];

it('is version 1', () => expect(BUCKET_ALGORITHM).toBe(1));

it.each(VECTORS)('%s, salt "%s", %s: bucket %d', (campaign, salt, member, expected) => {
  expect(bucket(campaign, salt, member)).toBe(expected);
});

it('has as many buckets in the control group as basis points', () => {
  const arm = (holdout: number) => assignArm({ holdout }, 'tea' as CampaignId, 'mem_2' as MemberId, epochMs(0)).arm;
  expect([arm(3464), arm(3465)]).toEqual(['treated', 'control']);
});

describe('many members', () => {
  const buckets = Array.from({ length: 20_000 }, (_, index) => bucket('tea', '', `mem_${index}`));

  it('are spread evenly', () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const one of buckets)
      tenths[Math.floor((one / BUCKETS) * 10)] = (tenths[Math.floor((one / BUCKETS) * 10)] ?? 0) + 1;
    // Five standard deviations of a fair draw of 2,000.
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(212);
  });

  it('fall into the arms of two campaigns independently', () => {
    const both = buckets.filter((one, index) => one < 5000 && bucket('cake', '', `mem_${index}`) < 5000).length;
    expect(Math.abs(both - 5000)).toBeLessThan(310);
  });

  it('only ever join a control group that grows', () => {
    const arm = (index: number, holdout: number) =>
      assignArm({ holdout }, 'tea' as CampaignId, `mem_${index}` as MemberId, epochMs(0)).arm;
    for (let index = 0; index < 500; index += 1) {
      if (arm(index, 1000) === 'control') expect(arm(index, 2000)).toBe('control');
    }
  });
});

describe('two members who turn out to be one', () => {
  const exposure = (arm: 'treated' | 'control', at: number) =>
    ({ arm, bucket: 1, algorithm: BUCKET_ALGORITHM, at: epochMs(at) }) as const;

  it('keep the earlier arm, whichever way round', () => {
    const [first, second] = [exposure('control', 1), exposure('treated', 2)];
    expect(earlierExposure(first, second)).toBe(first);
    expect(earlierExposure(second, first)).toBe(first);
  });

  it('count as treated where both were exposed at once', () => {
    const [treated, control] = [exposure('treated', 1), exposure('control', 1)];
    expect(earlierExposure(control, treated)).toBe(treated);
    expect(earlierExposure(treated, control)).toBe(treated);
  });
});
