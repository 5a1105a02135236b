import { describe, expect, it } from 'vitest';
import { BUBBLE_MAX_BYTES, CAROUSEL_MAX_BYTES } from './flex/container.ts';
import { messageList } from './message.ts';

/** Every documented limit: the most that is taken, and the least that is not. */

const takes = (message: unknown): boolean => messageList.safeParse([message]).success;
const chars = (count: number): string => 'x'.repeat(count);
const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const address = (length: number): string => `https://e.com/${chars(length - 14)}`;

const text = { type: 'text', text: 'hi' };
const box = (contents: unknown[], more = {}) => ({ type: 'box', layout: 'vertical', contents, ...more });
const bubble = (contents: unknown[] = [], more = {}) => ({ type: 'bubble', body: box(contents), ...more });
const flex = (contents: unknown) => ({ type: 'flex', altText: 'alt', contents });
const inFlex = (component: unknown) => flex(bubble([component]));
const uri = (length: number) => ({ type: 'uri', label: 'go', uri: address(length) });
const button = (action: object) => inFlex({ type: 'button', action: { label: 'go', ...action } });
const template = (body: object) => ({ type: 'template', altText: 'alt', template: body });
const buttons = (more: object) => template({ type: 'buttons', text: 't', actions: [{ ...uri(20) }], ...more });
const confirm = (more: object) => template({ type: 'confirm', text: 't', actions: many(2, uri(20)), ...more });
const column = (more: object = {}) => ({ text: 't', actions: [uri(20)], ...more });
const carousel = (...columns: object[]) => template({ type: 'carousel', columns });
const pictures = (count: number, label = 'l') =>
  template({
    type: 'image_carousel',
    columns: many(count, { imageUrl: address(30), action: { ...uri(20), label } }),
  });
const quick = (count: number, action: object = { type: 'message', label: 'l', text: 't' }) => ({
  ...text,
  quickReply: { items: many(count, { type: 'action', action }) },
});
const imagemap = (more: object) => ({
  type: 'imagemap',
  altText: 'alt',
  baseUrl: address(40),
  baseSize: { width: 1040, height: 1040 },
  actions: [],
  ...more,
});
const area = { x: 0, y: 0, width: 10, height: 10 };
const emoji = (index: number) => ({ index, productId: '5ac1bfd5040ab15980c9b435', emojiId: '001' });
const image = (length: number) => ({
  type: 'image',
  originalContentUrl: address(length),
  previewImageUrl: address(30),
});
const location = (more: object) => ({ type: 'location', title: 't', address: 'a', latitude: 0, longitude: 0, ...more });

/** A bubble of exactly `bytes` bytes. */
function bubbleOf(bytes: number): object {
  const empty = Buffer.byteLength(JSON.stringify(bubble([{ type: 'text', text: '' }])));
  return bubble([{ type: 'text', text: chars(bytes - empty) }]);
}
function carouselOf(bytes: number): object {
  const of = (last: number) => ({ type: 'carousel', contents: [bubbleOf(25_000), bubbleOf(last)] });
  const rest = Buffer.byteLength(JSON.stringify(of(1_000))) - 1_000;
  return of(bytes - rest);
}

describe.each<[string, (count: number) => unknown, number]>([
  ['characters of text', (n) => ({ type: 'text', text: chars(n) }), 5_000],
  ['characters of textV2', (n) => ({ type: 'textV2', text: chars(n) }), 5_000],
  ['emoji', (n) => ({ type: 'text', text: '$'.repeat(30), emojis: many(n, 0).map((_, i) => emoji(i)) }), 20],
  ['characters of alt text', (n) => ({ ...flex(bubble()), altText: chars(n) }), 1_500],
  ['bytes of a bubble', (n) => flex(bubbleOf(n)), BUBBLE_MAX_BYTES],
  ['bytes of a carousel', (n) => flex(carouselOf(n)), CAROUSEL_MAX_BYTES],
  ['bubbles', (n) => flex({ type: 'carousel', contents: many(n, bubble()) }), 12],
  ['characters of a Flex label', (n) => button({ type: 'message', text: 't', label: chars(n) }), 40],
  ['characters of postback data', (n) => button({ type: 'postback', data: chars(n) }), 300],
  ['characters of a displayText', (n) => button({ type: 'postback', data: 'd', displayText: chars(n) }), 300],
  ['characters of a fillInText', (n) => button({ type: 'postback', data: 'd', fillInText: chars(n) }), 300],
  ['characters of a message action', (n) => button({ type: 'message', text: chars(n) }), 300],
  ['characters of a Flex address', (n) => button(uri(n)), 1_000],
  ['characters of clipboard text', (n) => button({ type: 'clipboard', clipboardText: chars(n) }), 1_000],
  ['characters of a Flex picture address', (n) => inFlex({ type: 'image', url: address(n) }), 2_000],
  ['times as high as wide', (n) => inFlex({ type: 'image', url: address(30), aspectRatio: `1:${n}` }), 3],
  ['characters of a template label', (n) => buttons({ actions: [{ ...uri(20), label: chars(n) }] }), 20],
  ['characters of a template address', (n) => buttons({ actions: [uri(n)] }), 1_000],
  ['actions of buttons', (n) => buttons({ actions: many(n, uri(20)) }), 4],
  ['characters of a title', (n) => buttons({ title: chars(n) }), 40],
  ['characters of buttons', (n) => buttons({ text: chars(n) }), 160],
  ['characters of buttons under a title', (n) => buttons({ title: 't', text: chars(n) }), 60],
  ['characters of buttons under a picture', (n) => buttons({ thumbnailImageUrl: address(30), text: chars(n) }), 60],
  ['characters of a confirmation', (n) => confirm({ text: chars(n) }), 240],
  ['actions of a confirmation', (n) => confirm({ actions: many(n, uri(20)) }), 2],
  ['columns', (n) => carousel(...many(n, column())), 10],
  ['characters of a column', (n) => carousel(column({ text: chars(n) })), 120],
  ['characters of a column with a title', (n) => carousel(column({ title: 't', text: chars(n) })), 60],
  ['actions of a column', (n) => carousel(column({ actions: many(n, uri(20)) })), 3],
  ['pictures side by side', (n) => pictures(n), 10],
  ['characters under a picture', (n) => pictures(1, chars(n)), 12],
  ['quick replies', (n) => quick(n), 13],
  ['characters of a quick reply', (n) => quick(1, { type: 'camera', label: chars(n) }), 20],
  ['places of an imagemap', (n) => imagemap({ actions: many(n, { type: 'message', text: 't', area }) }), 50],
  ['characters said by a place', (n) => imagemap({ actions: [{ type: 'message', text: chars(n), area }] }), 400],
  ['characters of an imagemap address', (n) => imagemap({ baseUrl: address(n) }), 2_000],
  ['characters of a picture address', (n) => image(n), 2_000],
  ['characters of a sender', (n) => ({ ...text, sender: { name: chars(n) } }), 20],
  ['characters of a place', (n) => location({ title: chars(n) }), 100],
  ['characters of an address', (n) => location({ address: chars(n) }), 100],
  ['degrees north', (n) => location({ latitude: n }), 90],
  ['degrees east', (n) => location({ longitude: n }), 180],
  ['characters of a tracking id', (n) => ({ ...image(30), type: 'video', trackingId: chars(n) }), 100],
  ['characters of a delivery tag', (n) => ({ type: 'coupon', couponId: 'c', deliveryTag: chars(n) }), 30],
])('%s', (_what, make, limit) => {
  it(`${limit} are taken, ${limit + 1} are not`, () => {
    expect(takes(make(limit))).toBe(true);
    expect(takes(make(limit + 1))).toBe(false);
  });
});

it('takes one to five messages', () => {
  const taken = [0, 1, 5, 6].map((count) => messageList.safeParse(many(count, text)).success);
  expect(taken).toEqual([false, true, true, false]);
});

const baseline = (item: unknown) => inFlex(box([item], { layout: 'baseline' }));
const icon = { type: 'icon', url: address(30) };
const video = {
  type: 'video',
  url: address(30),
  previewUrl: address(30),
  altContent: { type: 'image', url: address(30) },
};

it.each<[string, unknown, unknown]>([
  ['an emoji stands on a $', { ...text, text: 'a$', emojis: [emoji(1)] }, { ...text, text: 'a$', emojis: [emoji(0)] }],
  [
    'every {name} is said',
    { type: 'textV2', text: '{a} {{b}}', substitution: { a: { type: 'emoji', productId: 'p', emojiId: '1' } } },
    { type: 'textV2', text: '{a} {b}', substitution: { a: { type: 'emoji', productId: 'p', emojiId: '1' } } },
  ],
  [
    'columns have as many actions',
    carousel(column(), column()),
    carousel(column(), column({ actions: many(2, uri(20)) })),
  ],
  ['icons stand in baselines only', baseline(icon), inFlex(icon)],
  ['buttons do not', button(uri(20)), baseline({ type: 'button', action: uri(20) })],
  ['spacers are gone', inFlex({ type: 'filler' }), inFlex({ type: 'spacer', size: 'sm' })],
  [
    'a video plays in a wide bubble',
    flex({ type: 'bubble', hero: video }),
    flex({ type: 'bubble', size: 'nano', hero: video }),
  ],
  [
    'and in no carousel',
    flex({ type: 'bubble', hero: video }),
    flex({ type: 'carousel', contents: [{ type: 'bubble', hero: video }] }),
  ],
  [
    'a button of Flex has a label',
    button(uri(20)),
    inFlex({ type: 'button', action: { ...uri(20), label: undefined } }),
  ],
  [
    'colours have six or eight digits',
    inFlex({ type: 'text', text: 'a', color: '#aabbcc' }),
    inFlex({ type: 'text', text: 'a', color: 'red' }),
  ],
  [
    'sizes are words or pixels',
    inFlex({ type: 'text', text: 'a', size: '17px' }),
    inFlex({ type: 'text', text: 'a', size: 'huge' }),
  ],
  [
    'margins are not percentages',
    inFlex({ type: 'separator', margin: '4px' }),
    inFlex({ type: 'separator', margin: '4%' }),
  ],
  ['nobody is called LINE', { ...text, sender: { name: 'Linen' } }, { ...text, sender: { name: 'LINE Pay' } }],
  [
    'the camera is for quick replies',
    quick(1, { type: 'camera', label: 'l' }),
    buttons({ actions: [{ type: 'camera', label: 'l' }] }),
  ],
  [
    'stickers are numbers',
    { type: 'sticker', packageId: '446', stickerId: '1988' },
    { type: 'sticker', packageId: 'a', stickerId: '1' },
  ],
  [
    'a sound lasts',
    { type: 'audio', originalContentUrl: address(30), duration: 1 },
    { type: 'audio', originalContentUrl: address(30), duration: 0 },
  ],
  ['pictures come by HTTPS', image(30), { ...image(30), originalContentUrl: 'http://e.com/a.png' }],
  ['an unknown field passes, but not in Flex', { ...text, new: 1 }, flex({ ...bubble(), new: 1 })],
])('%s', (_rule, right, wrong) => {
  expect(takes(right)).toBe(true);
  expect(takes(wrong)).toBe(false);
});
