import { expect, test } from 'vitest';
import { parseAirMessage } from './air-control.ts';

test('each message is understood, with its defaults', () => {
  const parsed = (message: object) => parseAirMessage(JSON.stringify(message));
  expect(parsed({ set: { loss: 0.3, noise: 4 } })).toEqual({ ok: true, value: { set: { loss: 0.3, noise: 4 } } });
  expect(parsed({ place: { address: '02:50:48:00:00:0A', x: 1, y: -2 } })).toEqual({
    ok: true,
    value: { place: { address: '02:50:48:00:00:0a', x: 1, y: -2 } },
  });
  expect(parsed({ phantoms: { count: 3 } })).toEqual({
    ok: true,
    value: {
      phantoms: { count: 3, intervalMs: 300, payload: '020106', pduType: 3, rssi: -75, rotateAddressMs: 0 },
    },
  });
  expect(parsed({ stats: true }).ok).toBe(true);
});

test.each([
  ['{', 'not-json'],
  ['null', 'unknown-message'],
  ['[]', 'unknown-message'],
  ['{}', 'unknown-message'],
  ['{"teleport":1}', 'unknown-message'],
  ['{"toString":1}', 'unknown-message'],
  ['{"set":{"loss":2}}', 'bad-message'],
  ['{"set":{"volume":2}}', 'bad-message'],
  ['{"stats":true,"hang":"a"}', 'bad-message'],
  ['{"place":{"address":"door","x":0,"y":0}}', 'bad-message'],
  [`{"phantoms":{"count":1,"payload":"${'00'.repeat(32)}"}}`, 'bad-message'],
])('%s is refused as %s', (line, code) => {
  expect(parseAirMessage(line)).toMatchObject({ ok: false, reject: { code } });
});

test('a refusal says what would have been right', () => {
  const refused = parseAirMessage('{"set":{"loss":2}}');
  expect(refused.ok ? '' : refused.reject.detail).toContain('set.loss');
});
