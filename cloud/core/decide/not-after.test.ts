import { expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import { REPLY_RETRY_FOR_MS } from '../deliver/settle.ts';
import { campaign, EVENT, NOON, PLACE, policyOf } from './cases.fixture.ts';
import { notAfter } from './not-after.ts';

const TOKEN_END = NOON + REPLY_RETRY_FOR_MS;
const at = (text: string) => Date.parse(`2026-12-15T${text}+08:00`);
const MINUTE = 60_000;

it.each<[string, object, object, object | undefined, number]>([
  ['freshness', {}, {}, undefined, NOON + 2 * MINUTE],
  ['its reply token, where that lives longer', { freshFor: 'PT10S' }, {}, undefined, TOKEN_END],
  ['the campaign’s hours', { freshFor: 'PT12H', active: { hours: '11:00-15:00' } }, {}, undefined, at('15:00')],
  ['the closing of the store', { freshFor: 'PT12H' }, {}, undefined, at('21:00')],
  ['quiet hours of its own', { freshFor: 'PT12H', quietHours: '19:00-08:00' }, {}, undefined, at('19:00')],
  ['those of the house', { freshFor: 'PT12H' }, {}, { quietHours: '18:00-08:00' }, at('18:00')],
  [
    'the last day',
    { freshFor: 'P1D', quietHours: 'none', active: { until: '2026-12-15' } },
    {},
    undefined,
    at('24:00'),
  ],
  ['an hour, where the clock started it', {}, { ear: 'clock', replyUntil: undefined }, undefined, NOON + 60 * MINUTE],
  ['its token, answered in quiet hours', { freshFor: 'PT10S', quietHours: '11:00-13:00' }, {}, undefined, TOKEN_END],
])('a message lives until %s', (_name, spec, event, policy, expected) => {
  const given = {
    event: { ...EVENT, ...event },
    candidate: campaign('tea', { ...spec }),
    place: PLACE,
    policy: policy && policyOf({ ...policy }),
    now: epochMs(NOON + 1000),
  };
  expect(notAfter(given)).toBe(expected);
});
