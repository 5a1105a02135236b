import { expect, it } from 'vitest';
import { shapeProblems } from './shape.ts';

const push = (message: object) => ({ to: 'U1', messages: [message] });
const at = (shape: string, value: unknown, options = {}) =>
  shapeProblems(shape, value, options).map(({ path, is }) => [path.join('.'), is.kind]);

it('takes what LINE describes', () => {
  expect(at('PushMessageRequest', push({ type: 'text', text: 'hello' }))).toEqual([]);
  expect(at('ShowLoadingAnimationRequest', { chatId: 'U1', loadingSeconds: 5 })).toEqual([]);
  const substitution = { name: { type: 'mention', mentionee: { type: 'all' } } };
  expect(
    at('ReplyMessageRequest', { replyToken: 't', messages: [{ type: 'textV2', text: '{name}', substitution }] }),
  ).toEqual([]);
});

it.each([
  ['a message of no known type', push({ type: 'song' }), [['messages.0.type', 'not-one-of']]],
  ['a message without a type', push({ text: 'hello' }), [['messages.0.type', 'missing']]],
  ['what must be there', push({ type: 'text' }), [['messages.0.text', 'missing']]],
  ['null where something must be', push({ type: 'text', text: null }), [['messages.0.text', 'missing']]],
  ['another kind of value', push({ type: 'text', text: 7 }), [['messages.0.text', 'not-a']]],
  ['no object', push([]), [['messages.0', 'not-a']]],
  ['no list', { to: 'U1', messages: {} }, [['messages', 'not-a']]],
  [
    'what stands deep inside',
    push({
      type: 'text',
      text: 'x',
      quickReply: { items: [{ type: 'action', action: { type: 'postback', data: 1 } }] },
    }),
    [['messages.0.quickReply.items.0.action.data', 'not-a']],
  ],
  [
    'a word that is none of the list',
    push({ type: 'flex', altText: 'x', contents: { type: 'bubble', size: 'huge' } }),
    [['messages.0.contents.size', 'not-one-of']],
  ],
])('refuses %s', (_name, body, problems) => {
  expect(at('PushMessageRequest', body)).toEqual(problems);
});

it('knows fields LINE does not, where it is asked to', () => {
  const bubble = { type: 'bubble', body: { type: 'box', layout: 'vertical', contents: [], glow: true } };
  expect(at('FlexContainer', bubble)).toEqual([]);
  expect(at('FlexContainer', bubble, { strict: true })).toEqual([['body.glow', 'unknown']]);
});

it('leaves out what it is told to', () => {
  const body = push({ type: 'flex', altText: 'x', contents: { type: 'nonsense' } });
  expect(at('PushMessageRequest', body, { except: 'FlexContainer' })).toEqual([]);
});
