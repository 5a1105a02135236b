import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageErrors } from './details.ts';
import { messageList } from './message.ts';

const wrongIn = (...messages: unknown[]): string[] => {
  const parsed = messageList.safeParse(messages, { reportInput: true });
  return parsed.success ? [] : messageErrors(parsed.error).details.map(({ property }) => property);
};

const text = (length: number) => ({ type: 'text', text: 'x'.repeat(length) });
const postback = (label: string, data = 'd') => ({ type: 'postback', label, data });
const box = (...contents: unknown[]) => ({ type: 'box', layout: 'vertical', contents });
const bubble = (...contents: unknown[]) => ({ type: 'bubble', body: box(...contents) });
const flex = (contents: unknown, altText = 'alt') => ({ type: 'flex', altText, contents });
const button = (action: unknown) => ({ type: 'button', action });
const buttons = (count: number, more = {}) => ({
  type: 'template',
  altText: 'alt',
  template: {
    type: 'buttons',
    text: 'words',
    actions: Array.from({ length: count }, () => postback('go')),
    ...more,
  },
});
const quick = (items: number) => ({
  ...text(1),
  quickReply: {
    items: Array.from({ length: items }, () => ({
      type: 'action',
      action: { type: 'message', label: 'l', text: 't' },
    })),
  },
});
const uri = (address: string) => flex(bubble(button({ type: 'uri', label: 'go', uri: address })));

describe('what LINE takes', () => {
  it.each([
    ['text of 5,000', text(5_000)],
    ['text of 2,500 emoji, each two UTF-16 units', { type: 'text', text: '🎟'.repeat(2_500) }],
    ['alt text of 1,500', flex(bubble({ type: 'text', text: 'hi' }), 'x'.repeat(1_500))],
    ['postback data of 300', flex(bubble(button(postback('go', 'x'.repeat(300)))))],
    ['a Flex label of 40', flex(bubble(button(postback('x'.repeat(40)))))],
    ['a carousel of 12', flex({ type: 'carousel', contents: Array.from({ length: 12 }, () => bubble()) })],
    ['a text made of spans', flex(bubble({ type: 'text', contents: [{ type: 'span', text: 'a' }] }))],
    ['a bubble with a hero only', flex({ type: 'bubble', hero: { type: 'image', url: 'https://example.com/a.png' } })],
    ['four buttons', buttons(4)],
    ['thirteen quick replies', quick(13)],
    ['a coupon', { type: 'coupon', couponId: '01KDWC2S00C0VP0NC0VP0NC0VP', deliveryTag: 'beacon_store_12' }],
    ['a line: address', uri('line://nv/chat')],
    ['an address of 1,000', uri(`https://e.com/${'x'.repeat(986)}`)],
    ['properties LINE may add', { ...text(1), somethingNew: { at: 'once' } }],
  ])('%s', (_what, message) => {
    expect(wrongIn(message)).toEqual([]);
  });
});

describe('what LINE refuses, and where', () => {
  it.each([
    ['text of 5,001', text(5_001), '[0].text'],
    ['2,501 emoji', { type: 'text', text: '🎟'.repeat(2_501) }, '[0].text'],
    ['empty text', text(0), '[0].text'],
    ['no text', { type: 'text' }, '[0].text'],
    ['a number for text', { type: 'text', text: 5 }, '[0].text'],
    ['an unknown type', { type: 'hologram' }, '[0].type'],
    ['no type', {}, '[0].type'],
    ['no object', 'hi', '[0]'],
    ['alt text of 1,501', flex(bubble(), 'x'.repeat(1_501)), '[0].altText'],
    ['empty alt text', flex(bubble(), ''), '[0].altText'],
    ['an empty Flex text', flex(bubble(box({ type: 'text', text: '' }))), '/body/contents/0/contents/0/text'],
    ['an unknown component', flex(bubble({ type: 'table' })), '/body/contents/0'],
    ['a box without a layout', flex({ type: 'bubble', body: { type: 'box', contents: [] } }), '/body/layout'],
    ['an image over HTTP', flex(bubble({ type: 'image', url: 'http://e.com/a' })), '/body/contents/0/url'],
    ['postback data of 301', flex(bubble(button(postback('go', 'x'.repeat(301))))), '/body/contents/0/action/data'],
    ['a Flex label of 41', flex(bubble(button(postback('x'.repeat(41))))), '/body/contents/0/action/label'],
    ['a bubble over 30 KB', flex(bubble(...Array.from({ length: 8 }, () => text(4_000)))), '/'],
    ['a carousel of 13', flex({ type: 'carousel', contents: Array.from({ length: 13 }, () => bubble()) }), '/contents'],
    [
      'bubbles of different width',
      flex({ type: 'carousel', contents: [bubble(), { ...bubble(), size: 'nano' }] }),
      '/contents',
    ],
    [
      'a carousel over 50 KB',
      flex({ type: 'carousel', contents: [1, 2].map(() => bubble(...Array.from({ length: 6 }, () => text(4_900)))) }),
      '/',
    ],
    ['five buttons', buttons(5), '[0].template.actions'],
    ['long text beside a title', buttons(1, { title: 't', text: 'x'.repeat(61) }), '[0].template.text'],
    ['a template label of 21', buttons(1, { actions: [postback('x'.repeat(21))] }), '[0].template.actions[0].label'],
    ['fourteen quick replies', quick(14), '[0].quickReply.items'],
    ['an address of 1,001', uri(`https://e.com/${'x'.repeat(987)}`), '/body/contents/0/action/uri'],
    ['a javascript address', uri('javascript:alert(1)'), '/body/contents/0/action/uri'],
    ['an address not encoded', uri('https://e.com/春茶'), '/body/contents/0/action/uri'],
    ['a hyphen in a delivery tag', { type: 'coupon', couponId: 'c', deliveryTag: 'a-b' }, '[0].deliveryTag'],
    ['a sender of 21', { ...text(1), sender: { name: 'x'.repeat(21) } }, '[0].sender.name'],
  ])('%s', (_what, message, property) => {
    expect(wrongIn(message)).toEqual([property]);
  });

  it('one to five messages', () => {
    expect(wrongIn()).toEqual(['']);
    expect(wrongIn(...Array.from({ length: 5 }, () => text(1)))).toEqual([]);
    expect(wrongIn(...Array.from({ length: 6 }, () => text(1)))).toEqual(['']);
  });
});

it('judges anything without throwing, and always says where', () => {
  fc.assert(
    fc.property(fc.array(fc.anything()), (messages) => {
      const parsed = messageList.safeParse(messages, { reportInput: true });
      if (!parsed.success) expect(messageErrors(parsed.error).details.length).toBeGreaterThan(0);
    }),
  );
});
