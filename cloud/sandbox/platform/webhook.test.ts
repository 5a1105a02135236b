import { expect, it } from 'vitest';
import type { WebhookEvent } from './event.ts';
import { makeRig, T0 } from './platform.fixture.ts';
import { signatureOf, webhookBody } from './webhook.ts';

const SECRET = '0123456789abcdef0123456789abcdef';

const EMPTY = '{"destination":"U0000000000000000000000000000beef","events":[]}';
const BEACON =
  '{"destination":"U0000000000000000000000000000beef","events":[{"type":"beacon","mode":"active","timestamp":1767225600000,' +
  '"source":{"type":"user","userId":"U0123456789abcdef0123456789abcdef"},"replyToken":"00112233445566778899aabbccddeeff",' +
  '"webhookEventId":"01KDWC2S00TESTTESTTESTTEST","deliveryContext":{"isRedelivery":false},' +
  '"beacon":{"hwid":"0a1b2c3d4e","type":"enter","dm":"beef"}}]}';

it.each([
  [EMPTY, '+t9Uw6NpR0vvV2e63Z8YdYTT5qItDzldIxfrd+hqD9g='],
  [BEACON, 'geuEnUCWOPJVG0IS1C+5PILMSZrhgIRKxjS5TCdgIZ0='],
])('signs with the secret as text, not as the bytes its digits name', (body, signature) => {
  expect(signatureOf(SECRET, body)).toBe(signature);
});

it('writes a beacon event as LINE documents it, byte for byte', () => {
  const { state } = makeRig();
  const event: WebhookEvent = {
    type: 'beacon',
    userId: 'U0123456789abcdef0123456789abcdef',
    source: { type: 'user', userId: 'U0123456789abcdef0123456789abcdef' },
    webhookEventId: '01KDWC2S00TESTTESTTESTTEST',
    timestamp: T0,
    replyToken: '00112233445566778899aabbccddeeff',
    own: { beacon: { hwid: '0a1b2c3d4e', type: 'enter', dm: 'beef' } },
  };
  expect(webhookBody(state, [event], false)).toBe(BEACON);
  expect(webhookBody(state, [event], true)).toBe(BEACON.replace('"isRedelivery":false', '"isRedelivery":true'));
  expect(webhookBody(state, [], false)).toBe(EMPTY);
});
