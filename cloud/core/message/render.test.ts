import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MessageContext, pickSource, renderMessages } from './render.ts';

const CONTEXT: MessageContext = {
  store: { id: 'taipei-1', name: 'Joe\'s "Tea"\n\\ 茶' },
  campaign: { id: 'tea', name: '春茶' },
  coupon: {
    code: '3467-9ACD-EFGH',
    value: '8 折',
    validUntil: '2026-12-22',
    redeemableAt: ['taipei-*'],
    where: 'Joe',
    from: 'Joe',
  },
  member: { name: '小明' },
};
const text = (inner: string): string => `{"type":"text","text":"${inner}"}`;

it('fills in what the campaign knows', () => {
  const source = text('{{ store.name }}: {{ coupon.value }} {{ coupon.code }} {{ coupon.redeemableAt[0] }}');
  expect(renderMessages(source, CONTEXT)).toEqual({
    ok: true,
    value: [{ type: 'text', text: 'Joe\'s "Tea"\n\\ 茶: 8 折 3467-9ACD-EFGH taipei-*' }],
  });
});

it('keeps any name inside its string', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), (name) => {
      const rendered = renderMessages(text('{{ store.name }}'), { ...CONTEXT, store: { id: 'a', name } });
      expect(rendered).toEqual({ ok: true, value: [{ type: 'text', text: name }] });
    }),
  );
});

describe('a link to a form', () => {
  const link = text("{{ 'join' | form_link }} {{ 'ask-me' | form_link }}");

  it('is the address of the person written to', () => {
    expect(renderMessages(link, CONTEXT, (form) => `https://x.example/f/${form}?t="me"`)).toEqual({
      ok: true,
      value: [{ type: 'text', text: 'https://x.example/f/join?t="me" https://x.example/f/ask-me?t="me"' }],
    });
  });

  it.each([
    ['no id of a form', "{{ 'No Form' | form_link }}", () => 'x'],
    ['nothing at all', "{{ '' | form_link }}", () => 'x'],
    ['nobody to make it', "{{ 'join' | form_link }}", undefined],
  ])('cannot be made from %s', (_name, inner, linker) => {
    expect(renderMessages(text(inner), CONTEXT, linker)).toMatchObject({
      ok: false,
      reject: { code: 'template-syntax', detail: expect.stringContaining('form_link') },
    });
  });

  it('does not let a template near whatever makes it', () => {
    const seen = text('{% for part in store %}{{ part }}{% endfor %}{{ campaign | json }}');
    const rendered = renderMessages(seen, CONTEXT, () => 'secret');
    expect(JSON.stringify(rendered)).not.toContain('secret');
  });
});

it('takes a list of up to five', () => {
  const list = (count: number): string => `[${Array.from({ length: count }, () => text('hi')).join()}]`;
  expect(renderMessages(list(5), CONTEXT)).toMatchObject({ ok: true, value: { length: 5 } });
  expect(renderMessages(list(6), CONTEXT)).toMatchObject({ reject: { code: 'too-many-messages' } });
});

describe('refuses', () => {
  it.each([
    ['a tag that is not closed', text('{{ store.name'), 'template-syntax'],
    ['a misspelt variable', text('{{ store.nmae }}'), 'template-syntax'],
    ['a misspelt filter', text('{{ store.name | upcsae }}'), 'template-syntax'],
    ['a file', "{% include '/etc/passwd' %}", 'template-syntax'],
    ['a prototype', text('{{ store.constructor.name }}'), 'template-syntax'],
    ['a loop without end', '{% for i in (1..100000000) %}{% endfor %}', 'template-limit'],
    [
      'loops within loops',
      '{% for a in (1..900) %}{% for b in (1..900) %}{% for c in (1..900) %}{% endfor %}{% endfor %}{% endfor %}',
      'template-limit',
    ],
    [
      'a text that doubles itself',
      `{% assign t = 'xxxxxxxxxx' %}${'{% assign t = t | append: t %}'.repeat(28)}{{ t }}`,
      'template-limit',
    ],
    ['a flood', `{% for i in (1..3000) %}${'x'.repeat(1000)}{% endfor %}`, 'template-limit'],
    ['a template beyond measure', ' '.repeat(200_001), 'template-limit'],
    ['a broken object', '{"type":"text",}', 'not-json'],
    ['no messages', '[]', 'not-messages'],
    ['an object without a type', '{"text":"hi"}', 'not-messages'],
    ['a plain string', '"hi"', 'not-messages'],
    ['null', 'null', 'not-messages'],
    ['a type LINE does not know', '{"type":"tekst","text":"hi"}', 'message-limit'],
    ['an empty text', text(''), 'message-limit'],
    ['a text too long', text('x'.repeat(5001)), 'message-limit'],
    ['a flex without words for the notification', '{"type":"flex","contents":{}}', 'message-limit'],
  ])('%s', (_name, source, code) => {
    expect(renderMessages(source, CONTEXT)).toMatchObject({ ok: false, reject: { code } });
  });
});

it.each([
  ['zh-TW', 'tw'],
  ['zh-HK', 'zh'],
  ['ja', 'any'],
])('%s gets its own words', (locale, expected) => {
  expect(pickSource({ 'zh-TW': 'tw', zh: 'zh', default: 'any' }, locale)).toBe(expected);
});

it('has no words without a default', () => expect(pickSource({ zh: 'zh' }, 'ja')).toBeUndefined());
