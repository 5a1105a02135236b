import { expect, it } from 'vitest';
import type { CampaignId } from '../ids.ts';
import { foldPhrase } from '../keyword.ts';
import { campaign, PLACE } from './cases.fixture.ts';
import { type Matchable, mismatch } from './match.ts';

const PUSH = { delivery: { fallback: 'push' }, limits: { messages: { max: 1, per: 'day' } } };
const TEA = 'tea' as CampaignId;

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

const DWELL = { ...PUSH, trigger: { on: 'dwell', after: 'PT5M' } };
const ANY_DWELL = { ...PUSH, trigger: { on: 'dwell' } };
const FOLLOW = { ...PUSH, trigger: { on: 'follow' }, timeZone: 'Asia/Taipei' };
const PHRASE = { ...PUSH, trigger: { on: 'keyword', phrases: ['夏日，冰品！', 'ICE'] }, timeZone: 'Asia/Taipei' };
const SCHEDULE = {
  trigger: { on: 'schedule', at: '2026-12-24T10:00' },
  timeZone: 'Asia/Taipei',
  delivery: { prefer: 'push' },
  limits: { messages: { max: 1, per: 'day' } },
};

const WAYS = {
  ...PUSH,
  trigger: [{ on: 'enter', at: { stores: ['tainan-1'] } }, PHRASE.trigger, SCHEDULE.trigger],
  timeZone: 'Asia/Taipei',
};

it.each<[string, object, Matchable, string | undefined]>([
  ['long enough', DWELL, { trigger: 'dwell', ear: 'tag', presentMs: 300_000 }, undefined],
  ['a mark later than asked', DWELL, { trigger: 'dwell', ear: 'tag', presentMs: 600_000 }, undefined],
  ['not long enough', DWELL, { trigger: 'dwell', ear: 'tag', presentMs: 299_999 }, 'stayed_less'],
  ['nobody knows how long', DWELL, { trigger: 'dwell', ear: 'tag' }, 'stayed_less'],
  ['any stay will do', ANY_DWELL, { trigger: 'dwell', ear: 'tag' }, undefined],
  ['a new friend', FOLLOW, { trigger: 'follow', ear: 'line' }, undefined],
  ['a friend who unblocked', FOLLOW, { trigger: 'follow', ear: 'line', returned: true }, 'came_back'],
  ['the phrase', PHRASE, { trigger: 'keyword', ear: 'line', phrase: foldPhrase('夏日 冰品') }, undefined],
  ['the other phrase', PHRASE, { trigger: 'keyword', ear: 'line', phrase: foldPhrase('ｉｃｅ。') }, undefined],
  [
    'more than the phrase',
    PHRASE,
    { trigger: 'keyword', ear: 'line', phrase: foldPhrase('ice please') },
    'other_phrase',
  ],
  ['nothing but punctuation', PHRASE, { trigger: 'keyword', ear: 'line', phrase: '' }, 'other_phrase'],
  ['the phrase, beside a door', WAYS, { trigger: 'keyword', ear: 'line', phrase: 'ice' }, undefined],
  ['its time, beside a door', WAYS, { trigger: 'schedule', ear: 'clock', target: TEA }, undefined],
  ['another door, beside a phrase', WAYS, { trigger: 'enter', ear: 'line' }, 'other_store'],
  ['no such way', WAYS, { trigger: 'follow', ear: 'line' }, 'trigger_differs'],
  ['its own time', SCHEDULE, { trigger: 'schedule', ear: 'clock', target: TEA }, undefined],
  ['another’s time', SCHEDULE, { trigger: 'schedule', ear: 'clock', target: 'cake' as CampaignId }, 'other_campaign'],
  ['the end of its deferral', PHRASE, { trigger: 'keyword', ear: 'clock', target: TEA }, undefined],
  [
    'a deferral it cannot answer',
    { ...PHRASE, delivery: {} },
    { trigger: 'keyword', ear: 'clock', target: TEA },
    'reply_only',
  ],
])('%s: %#', (_name, spec, event, expected) => {
  const place = event.trigger === 'dwell' ? PLACE : undefined;
  expect(mismatch(campaign('tea', { ...spec }).spec, event, place, TEA)).toBe(expected);
});
