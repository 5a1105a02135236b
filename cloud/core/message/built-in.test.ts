import { describe, expect, it } from 'vitest';
import { BUILT_IN_NAMES, builtInSources } from './built-in.ts';
import { type MessageContext, renderMessages } from './render.ts';

const CONTEXT: MessageContext = {
  store: { id: 'taipei-1', name: 'Joe\'s "Tea" 茶' },
  campaign: { id: 'tea', name: '春茶八折' },
  coupon: {
    code: '3467-9ACD-EFGH',
    value: '8 折',
    validUntil: '2026-12-22',
    validUntilText: '2026年12月22日（週二）',
    url: 'https://tea.example/c/token',
    where: '台北一店',
    from: '台北一店',
    redeemableAt: ['taipei-*'],
  },
  member: { name: '您' },
};
const made = BUILT_IN_NAMES.flatMap((name) =>
  Object.entries(builtInSources(name) ?? {}).map(([locale, source]) => [name, locale, source] as const),
);

describe.each(made)('%s, %s', (_name, _locale, source) => {
  const messageFor = (context: MessageContext) => {
    const rendered = renderMessages(source, context);
    if (!rendered.ok) throw new Error(rendered.reject.detail);
    return JSON.stringify(rendered.value);
  };

  it('says all a person must know', () => {
    const text = messageFor(CONTEXT);
    const { code, value, validUntilText, url, where } = CONTEXT.coupon;
    for (const part of [code, value, validUntilText, url, where, CONTEXT.campaign.name]) expect(text).toContain(part);
  });

  it('leaves no text empty, and stays small', () => {
    const long = '茶'.repeat(100);
    const text = messageFor({
      store: { id: '', name: '' },
      campaign: { id: 'tea', name: long },
      member: CONTEXT.member,
      coupon: { ...CONTEXT.coupon, value: long, where: long, from: long },
    });
    expect(text).not.toMatch(/"(text|altText|label)":""/);
    // LINE takes a bubble of 30 KB.
    expect(Buffer.byteLength(text)).toBeLessThan(10_000);
  });
});
