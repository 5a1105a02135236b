import { own } from '../../../protocol/own.ts';
import { couponBubble } from './coupon-bubble.ts';

/**
 * Templates that come with the program: `message: { template: pharos:coupon }` in a campaign file. They are LiquidJS like
 * any other, and are looked up when a message is made, so that a campaign keeps up with the program.
 */
export const BUILT_IN_PREFIX = 'pharos:';

interface Words {
  readonly alt: string;
  readonly until: string;
  readonly where: string;
  readonly code: string;
  readonly show: string;
  readonly how: string;
}

const CHINESE: Words = {
  alt: '{{ campaign.name }}：{{ coupon.value }}，有效至 {{ coupon.validUntilText }}',
  until: '有效至',
  where: '適用',
  code: '優惠代碼',
  show: '出示優惠券',
  how: '結帳時出示給店員',
};

const ENGLISH: Words = {
  alt: '{{ campaign.name }}: {{ coupon.value }}, until {{ coupon.validUntilText }}',
  until: 'Until',
  where: 'Valid at',
  code: 'Code',
  show: 'Show the code',
  how: 'Show it when you pay',
};

const flex = (words: Words): string =>
  JSON.stringify({ type: 'flex', altText: words.alt, contents: couponBubble(words) });

const text = ({ alt, code, where, show }: Words, colon: string): string =>
  JSON.stringify({
    type: 'text',
    text: [
      alt,
      `${code}${colon}{{ coupon.code }}`,
      `${where}${colon}{{ coupon.where }}`,
      `${show}${colon}{{ coupon.url }}`,
    ].join('\n'),
  });

const BUILT_IN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [`${BUILT_IN_PREFIX}coupon`]: { default: flex(CHINESE), en: flex(ENGLISH) },
  /** For accounts whose people read LINE where Flex is not shown. */
  [`${BUILT_IN_PREFIX}coupon-text`]: { default: text(CHINESE, '：'), en: text(ENGLISH, ': ') },
};

/** Locale to LiquidJS text; `undefined` where no such template comes with the program. */
export const builtInSources = (template: string): Readonly<Record<string, string>> | undefined =>
  own(BUILT_IN, template);

export const BUILT_IN_NAMES: readonly string[] = Object.keys(BUILT_IN);
