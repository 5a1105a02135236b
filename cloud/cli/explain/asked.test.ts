import { expect, it } from 'vitest';
import { readAsked } from './asked.ts';

const USER = `U${'0a1b2c3d'.repeat(4)}`;

it.each([
  ['mem_1', { by: 'id', id: 'mem_1' }],
  [' evt_9 ', { by: 'id', id: 'evt_9' }],
  [USER, { by: 'person', body: { kind: 'line_user', subject: USER } }],
  ['0912-345-678', { by: 'person', body: { kind: 'phone', subject: '+886912345678' } }],
  ['Anna@Example.tw', { by: 'person', body: { kind: 'email', subject: 'anna@example.tw' } }],
  ['3467-9acd-efgh', { by: 'text', body: { asked: '3467-9acd-efgh' } }],
  ['taipei-1-door:0a1b2c3d4e5f6071:7', { by: 'text', body: { asked: 'taipei-1-door:0a1b2c3d4e5f6071:7' } }],
  ['01JE8Q3Z5V6W7X8Y9ZABCDEFGH', { by: 'text', body: { asked: '01JE8Q3Z5V6W7X8Y9ZABCDEFGH' } }],
])('%s is asked for as what it is', (text, asked) => {
  expect(readAsked(text)).toEqual(asked);
});

it.each([USER.slice(0, -1), USER.toUpperCase(), `${USER}0`])(
  'does not send or repeat what is almost a LINE user id',
  (text) => {
    expect(() => readAsked(text)).toThrow(/^that looks like a LINE user id and is none: it is U and 32/);
  },
);
