import { expect, it } from 'vitest';
import { messageProblems } from './limits.ts';

const x = (count: number): string => 'x'.repeat(count);
const action = (given: object = {}) => ({ type: 'uri', label: 'Go', uri: 'https://example.com/', ...given });
const flex = (contents: object) => ({ type: 'flex', altText: 'Tea', contents });
const bubble = (...contents: object[]) => ({ type: 'bubble', body: { type: 'box', layout: 'vertical', contents } });
const button = (given: object) => ({ type: 'button', action: action(given) });
const template = (given: object) => ({ type: 'template', altText: 'Tea', template: given });
const buttons = (given: object = {}) => template({ type: 'buttons', text: 'Tea', actions: [action()], ...given });
const quick = (count: number) => ({
  type: 'text',
  text: 'Tea',
  quickReply: { items: Array.from({ length: count }, () => ({ type: 'action', action: action() })) },
});
const column = (actions: number, given: object = {}) => ({
  ...{ text: 'Tea', actions: Array.from({ length: actions }, () => action()) },
  ...given,
});
const carousel = (...columns: object[]) => template({ type: 'carousel', columns });
const many = <T>(count: number, it: T): T[] => Array.from({ length: count }, () => it);
/** A bubble of exactly so many bytes of JSON. */
function sized(bytes: number) {
  const empty = bubble({ type: 'text', text: '' });
  return bubble({ type: 'text', text: x(bytes - JSON.stringify(empty).length) });
}

it.each<[string, object]>([
  ['a text as long as may be', { type: 'text', text: x(5_000) }],
  ['20 emoji', { type: 'text', text: 'Tea', emojis: many(20, {}) }],
  ['13 quick replies', quick(13)],
  ['buttons', buttons({ text: x(160), actions: many(4, action({ label: x(20) })) })],
  ['a bubble of 30 KB', flex(sized(30 * 1024))],
  ['a carousel of 12 bubbles', flex({ type: 'carousel', contents: many(12, bubble()) })],
  ['a button of 40 characters', flex(bubble(button({ label: x(40) })))],
  ['a telephone number', flex(bubble(button({ uri: 'tel:0912345678' })))],
  ['a place to tap without a label', flex({ ...bubble(), action: { type: 'uri', uri: 'line://nv/camera' } })],
  ['words given by spans', flex(bubble({ type: 'text', contents: [{ type: 'span', text: 'Tea' }] }))],
  ['a picture', flex({ ...bubble(), hero: { type: 'image', url: 'https://a.example/a.png' } })],
  ['what LINE may add one day', { type: 'text', text: 'Tea', novelty: true }],
])('takes %s', (_name, message) => {
  expect(messageProblems([message])).toEqual([]);
});

it.each<[string, object, string]>([
  ['a text too long', { type: 'text', text: x(5_001) }, 'messages[0].text'],
  ['emoji that count twice', { type: 'text', text: '🍵'.repeat(2_501) }, 'messages[0].text'],
  ['no text at all', { type: 'textV2' }, 'messages[0].text'],
  ['an unknown type', { type: 'tekst', text: 'Tea' }, 'messages[0].type'],
  ['words for the notification too long', { ...flex(bubble()), altText: x(1_501) }, 'messages[0].altText'],
  ['no words for the notification', { ...flex(bubble()), altText: '' }, 'messages[0].altText'],
  ['14 quick replies', quick(14), 'messages[0].quickReply.items'],
  ['21 emoji', { type: 'text', text: 'Tea', emojis: many(21, {}) }, 'messages[0].emojis'],
  ['somebody who says to be LINE', { type: 'text', text: 'Tea', sender: { name: 'LINE' } }, 'messages[0].sender.name'],
  [
    'a picture without HTTPS',
    { type: 'image', originalContentUrl: 'http://a.example/a.png', previewImageUrl: 'https://a.example/a.png' },
    'messages[0].originalContentUrl',
  ],
  ['a bubble beyond 30 KB', flex(sized(30 * 1024 + 1)), 'messages[0].contents'],
  [
    'a bubble of few characters and many bytes',
    flex(bubble({ type: 'text', text: '茶'.repeat(10_300) })),
    'messages[0].contents',
  ],
  ['an empty bubble', flex({ type: 'bubble' }), 'messages[0].contents'],
  ['13 bubbles', flex({ type: 'carousel', contents: many(13, bubble()) }), 'messages[0].contents.contents'],
  [
    'bubbles of two sizes',
    flex({ type: 'carousel', contents: [bubble(), { ...bubble(), size: 'kilo' }] }),
    'messages[0].contents.contents',
  ],
  ['a carousel beyond 50 KB', flex({ type: 'carousel', contents: many(3, sized(20 * 1024)) }), 'messages[0].contents'],
  [
    'a scheme LINE does not open',
    flex(bubble(button({ uri: 'javascript:alert(1)' }))),
    'messages[0].contents.body.contents[0].action.uri',
  ],
  [
    'an address with a space',
    flex(bubble(button({ uri: 'https://a.example/a b' }))),
    'messages[0].contents.body.contents[0].action.uri',
  ],
  [
    'an address too long',
    flex(bubble(button({ uri: `https://${x(1_000)}` }))),
    'messages[0].contents.body.contents[0].action.uri',
  ],
  ['a button too long', flex(bubble(button({ label: x(41) }))), 'messages[0].contents.body.contents[0].action.label'],
  [
    'a button without a label',
    flex(bubble({ type: 'button', action: { type: 'message', text: 'Tea' } })),
    'messages[0].contents.body.contents[0].action.label',
  ],
  ['empty words', flex(bubble({ type: 'text', text: '' })), 'messages[0].contents.body.contents[0].text'],
  ['no words at all', flex(bubble({ type: 'text', contents: [] })), 'messages[0].contents.body.contents[0].text'],
  [
    'an empty span, however deep',
    flex(
      bubble({
        ...{ type: 'box', layout: 'vertical' },
        contents: [{ type: 'text', contents: [{ type: 'span', text: '' }] }],
      }),
    ),
    'messages[0].contents.body.contents[0].contents[0].contents[0].text',
  ],
  ['a picture from nowhere', flex({ ...bubble(), hero: { type: 'image', url: '' } }), 'messages[0].contents.hero.url'],
  ['five buttons', buttons({ actions: many(5, action()) }), 'messages[0].template.actions'],
  [
    'a label too long',
    buttons({ actions: [action(), action({ label: x(21) })] }),
    'messages[0].template.actions[1].label',
  ],
  ['a text beside a title', buttons({ title: 'Tea', text: x(61) }), 'messages[0].template.text'],
  ['a title too long', buttons({ title: x(41) }), 'messages[0].template.title'],
  [
    'postback data too long',
    buttons({ actions: [{ type: 'postback', label: 'Go', data: x(301) }] }),
    'messages[0].template.actions[0].data',
  ],
  [
    'one answer to a question',
    template({ type: 'confirm', text: 'Tea?', actions: [action()] }),
    'messages[0].template.actions',
  ],
  ['11 columns', carousel(...many(11, column(1))), 'messages[0].template.columns'],
  ['uneven columns', carousel(column(1), column(2)), 'messages[0].template.columns'],
  ['a column too long', carousel(column(1, { text: x(121) })), 'messages[0].template.columns[0].text'],
  [
    'a wide label on a picture',
    template({
      type: 'image_carousel',
      columns: [{ imageUrl: 'https://a.example/', action: action({ label: x(13) }) }],
    }),
    'messages[0].template.columns[0].action.label',
  ],
  ['what is no object', [], 'messages[0].type'],
])('refuses %s', (_name, message, property) => {
  expect(messageProblems([message]).map((problem) => problem.property)).toEqual([property]);
});

it('names every place, of every message', () => {
  expect(messageProblems([{ type: 'text', text: '' }, buttons({ text: '', actions: [] })])).toEqual([
    { property: 'messages[0].text', message: 'must be a text of 1 to 5000 characters, not 0' },
    { property: 'messages[1].template.text', message: 'must be a text of 1 to 160 characters, not 0' },
    { property: 'messages[1].template.actions', message: 'must be a list of 1 to 4, not 0' },
  ]);
});
