import { expect, it } from 'vitest';
import { campaign, PLACE } from './cases.fixture.ts';
import { mismatch } from './match.ts';

const PUSH = { delivery: { fallback: 'push' }, limits: { messages: { max: 1, per: 'day' } } };

it.each([
  ['everywhere', {}, undefined],
  ['this store', { trigger: { on: 'enter', at: { stores: ['taipei-1'] } } }, undefined],
  ['stores like it', { trigger: { on: 'enter', at: { stores: ['tainan-1', 'taipei-*'] } } }, undefined],
  ['another store', { trigger: { on: 'enter', at: { stores: ['taipei-10'] } } }, 'other_store'],
  ['another zone', { trigger: { on: 'enter', at: { zones: ['counter'] } } }, 'other_zone'],
  ['another trigger', { trigger: { on: 'exit' } }, 'trigger_differs'],
])('a phone heard a campaign for %s', (_name, spec, expected) => {
  expect(mismatch(campaign('tea', spec).spec, { trigger: 'enter', ear: 'line' }, PLACE)).toBe(expected);
});

it('has nothing to say to a tag unless it may push', () => {
  expect(mismatch(campaign('tea').spec, { trigger: 'enter', ear: 'tag' }, PLACE)).toBe('reply_only');
  expect(mismatch(campaign('tea', PUSH).spec, { trigger: 'enter', ear: 'tag' }, PLACE)).toBeUndefined();
});

it('has nothing to do with an event that starts nothing', () => {
  expect(mismatch(campaign('tea').spec, { ear: 'line' }, PLACE)).toBe('no_trigger');
});

it('has nothing to do with an unknown place', () => {
  expect(mismatch(campaign('tea').spec, { trigger: 'enter', ear: 'line' }, undefined)).toBe('other_store');
});
