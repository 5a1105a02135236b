import { describe, expect, it } from 'vitest';
import { ENDPOINTS } from './endpoint-name.ts';
import { type ApiFault, Faults } from './faults.ts';
import { setFaults } from './misfortune.ts';
import { ALICE, makeRig, type Rig, text, told } from './platform.fixture.ts';
import { ROUTES } from './routes.ts';

const PUSH = '/v2/bot/message/push';
const KEY = { 'x-line-retry-key': '123e4567-e89b-12d3-a456-426614174000' };
const push = (rig: Rig, headers = {}) => rig.call('POST', PUSH, { to: ALICE, messages: [text('hi')] }, headers);
const plant = (rig: Rig, faults: object) => setFaults(rig.state, Faults.parse(faults), rig.now());

it('has one route under every name', () => {
  expect(ROUTES.map(({ name }) => name).toSorted()).toEqual([...ENDPOINTS].toSorted());
});

it('is asked sixty times an hour where LINE says so, and nowhere else', () => {
  const hourly = ROUTES.filter(({ limit }) => limit.perMs === 3_600_000);
  expect(hourly.map(({ name, limit }) => [name, limit.requests])).toEqual([
    ['insight_followers', 60],
    ['webhook_test', 60],
  ]);
});

it.each<[ApiFault['kind'], object | 'hang' | 'cut', boolean]>([
  ['error_500', { status: 500 }, false],
  ['error_500_after', { status: 500 }, true],
  ['timeout_before', 'hang', false],
  ['timeout_after', 'hang', true],
  ['cut_before', 'cut', false],
  ['cut_after', 'cut', true],
  ['slow', { status: 200 }, true],
  ['rate_limited', { status: 429, body: { message: expect.stringContaining('rate limit') } }, false],
  ['too_concurrent', { status: 429, body: { message: expect.stringContaining('same time') } }, false],
  ['monthly_limit', { status: 429, body: { message: 'You have reached your monthly limit.' } }, false],
  ['user_flooded', { status: 429, body: { message: expect.stringContaining('same user') } }, false],
  ['unauthorized', { status: 401 }, false],
  ['forbidden', { status: 403 }, false],
])('%s: what is told, and whether the message was taken', (kind, answer, accepted) => {
  const rig = makeRig();
  plant(rig, { api: [{ kind, times: 1 }] });
  const outcome = push(rig, KEY);
  expect(outcome).toMatchObject({ accepted, fault: kind });
  expect(outcome.effects).toHaveLength(accepted ? 1 : 0);
  if (typeof answer === 'string') expect(outcome.answer).toEqual({ kind: answer });
  else expect(told(outcome)).toMatchObject(answer);
  expect(told(push(rig, KEY))).toMatchObject({ status: accepted ? 409 : 200 });
  expect(rig.state.settings.quotaUsed).toBe(1);
});

it('strikes reply, push and multicast unless an endpoint is named', () => {
  const rig = makeRig();
  plant(rig, { api: [{ kind: 'error_500' }] });
  expect(told(rig.call('GET', '/v2/bot/info'))).toMatchObject({ status: 200 });
  plant(rig, { api: [{ kind: 'error_500', endpoint: 'bot_info' }] });
  expect(told(rig.call('GET', '/v2/bot/info'))).toMatchObject({ status: 500 });
  expect(told(push(rig))).toMatchObject({ status: 200 });
});

it('makes the same storm of the same seed', () => {
  const storm = (seed: number) => {
    const rig = makeRig();
    plant(rig, { seed, api: [{ kind: 'error_500', probability: 0.5 }] });
    return Array.from({ length: 64 }, () => push(rig).fault ?? '-').join();
  };
  expect(storm(7)).toBe(storm(7));
  expect(storm(7)).not.toBe(storm(8));
  const struck = storm(7)
    .split(',')
    .filter((it) => it !== '-').length;
  expect(struck).toBeGreaterThan(16);
  expect(struck).toBeLessThan(48);
});

it.each(['cut', 'error_500', 'timeout'] as const)('is away for a while: %s', (how) => {
  const rig = makeRig();
  plant(rig, { away: { how, forMs: 1_000 } });
  expect(push(rig)).toMatchObject({ accepted: false, fault: 'away' });
  expect(rig.call('GET', '/v2/bot/info').fault).toBe('away');
  rig.advance(999);
  expect(push(rig).fault).toBe('away');
  rig.advance(1);
  expect(told(push(rig))).toMatchObject({ status: 200 });
});

describe('429 of its own accord', () => {
  it('counts what goes to one person, where such a limit is set', () => {
    const rig = makeRig({ perPerson: { messages: 2, perMs: 60_000 } });
    expect([push(rig), push(rig)].map(told)).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(told(push(rig))).toMatchObject({ status: 429 });
    rig.advance(30_000);
    expect(told(push(rig))).toMatchObject({ status: 200 });
  });

  it('counts calls under way', () => {
    const rig = makeRig({ concurrency: { push: 2 } });
    rig.state.inFlight.set('push', 2);
    expect(told(push(rig))).toMatchObject({ status: 200 });
    rig.state.inFlight.set('push', 3);
    expect(told(push(rig))).toMatchObject({ status: 429 });
  });

  it('forgets the monthly count with the month of UTC+9', () => {
    const rig = makeRig({ quota: { type: 'limited', value: 1 } });
    push(rig);
    expect(told(push(rig))).toMatchObject({ status: 429 });
    // The rig starts at 2026-01-01T00:00Z, nine hours into January there.
    rig.advance((31 * 24 - 9) * 3_600_000 - 1);
    expect(told(push(rig))).toMatchObject({ status: 429 });
    rig.advance(1);
    expect(told(push(rig))).toMatchObject({ status: 200 });
  });
});
