import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs, monoMs } from '../../protocol/units.ts';
import { WATCHDOG_POLICY } from './thresholds.ts';
import { type Feeding, judgeVitals, type RadioVitals, stepFeeding, UNFED, type UplinkVitals } from './watchdog.ts';

const NOW = monoMs(10_000_000);
const ago = (ms: number) => monoMs(NOW - ms);
const RADIO: RadioVitals = { role: 'radio', name: 'hci0', beatMono: NOW, adapter: 'on' };
const UPLINK: UplinkVitals = { role: 'uplink', beatMono: NOW, readMono: NOW, isUp: true };
const { beatLimitMs, undurableLimitMs } = WATCHDOG_POLICY;

describe('judgeVitals', () => {
  it.each([
    [
      'a radio on air',
      { ...RADIO, onAir: { hwid: '0a1b2c3d4e', dmMode: 'signed' } },
      true,
      'hci0: on air as 0a1b2c3d4e (signed)',
    ],
    ['an iBeacon alone', { ...RADIO, onAir: {} }, true, 'hci0: on air with the iBeacon'],
    [
      'silence by plan',
      { ...RADIO, silentUntilMs: epochMs(0) },
      true,
      'hci0: silent by plan until 1970-01-01T00:00:00.000Z',
    ],
    ['an adapter that is off', { ...RADIO, adapter: 'off' }, false, 'hci0: adapter off'],
    ['a radio that arms', RADIO, false, 'hci0: not on air yet'],
    ['an uplink with its broker', UPLINK, true, 'connected to the broker'],
    ['an uplink without', { ...UPLINK, isUp: false }, true, 'no broker; events are kept'],
    ['an outbox never read', { ...UPLINK, readMono: undefined }, false, 'the outbox cannot be read; check the disk'],
  ] satisfies [string, RadioVitals | UplinkVitals, boolean, string][])(
    'lives: %s',
    (_what, vitals, isReady, sentence) => {
      expect(judgeVitals(vitals, NOW)).toEqual({ isReady, sentence });
    },
  );

  it.each([
    ['a radio whose loop rests', { ...RADIO, beatMono: ago(beatLimitMs + 1) }, 'the radio has done nothing for 20 s'],
    [
      'an uplink whose loop rests',
      { ...UPLINK, beatMono: ago(beatLimitMs + 1) },
      'the uplink has done nothing for 20 s',
    ],
    [
      'events without a place',
      { ...RADIO, undurableSinceMono: ago(undurableLimitMs + 1) },
      'could not be stored for 600 s',
    ],
    ['an outbox out of reach', { ...UPLINK, readMono: ago(undurableLimitMs + 1) }, 'could not be read for 600 s'],
  ] satisfies [string, RadioVitals | UplinkVitals, string][])('is stuck: %s', (_what, vitals, why) => {
    expect(judgeVitals(vitals, NOW).stuck).toContain(why);
  });

  it('is patient up to its limits', () => {
    const vitals = { ...RADIO, beatMono: ago(beatLimitMs), undurableSinceMono: ago(undurableLimitMs) };
    expect(judgeVitals(vitals, NOW).stuck).toBeUndefined();
  });
});

describe('stepFeeding', () => {
  const verdict = fc.record({
    isReady: fc.boolean(),
    sentence: fc.constantFrom('one', 'two'),
    stuck: fc.constantFrom(undefined, 'hung'),
  });
  const looks = fc.array(fc.record({ verdicts: fc.array(verdict, { maxLength: 2 }), afterMs: fc.nat(30_000) }));

  it('feeds exactly when hungry and nobody is stuck, says ready once, and repeats no sentence', () => {
    fc.assert(
      fc.property(looks, fc.constantFrom(undefined, 20_000), (sequence, feedEveryMs) => {
        let state: Feeding = UNFED;
        let now = 0;
        let readies = 0;
        let sentence = '';
        for (const { verdicts, afterMs } of sequence) {
          now += afterMs;
          const before = state;
          const told = verdicts.map(({ stuck, ...rest }) => (stuck === undefined ? rest : { ...rest, stuck }));
          const step = stepFeeding(state, told, monoMs(now), feedEveryMs);
          state = step.state;
          const isStuck = verdicts.length === 0 || verdicts.some(({ stuck }) => stuck !== undefined);
          const isHungry =
            feedEveryMs !== undefined && (before.fedMono === undefined || now - before.fedMono >= feedEveryMs);
          expect(step.notice?.feed ?? false).toBe(isHungry && !isStuck);
          if (step.notice?.isReady === true) {
            readies += 1;
            expect(verdicts.every(({ isReady }) => isReady)).toBe(true);
          }
          if (step.notice?.sentence !== undefined) {
            expect(step.notice.sentence).not.toBe(sentence);
            sentence = step.notice.sentence;
          }
        }
        expect(readies).toBeLessThanOrEqual(1);
      }),
    );
  });
});
