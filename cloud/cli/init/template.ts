import type { Words } from '../manifest/rules.ts';

/** What a campaign made from a template is to be called, and where and when it runs. */
export interface TemplateChoice {
  readonly id: string;
  /** Stores it is given out at: ids or prefixes. */
  readonly stores: readonly string[];
  /** Stores that take it. */
  readonly redeemAt: readonly string[];
  /** The store whose clock and hours apply where nobody stands at a door. */
  readonly home: string;
  /** First and last day, `2026-12-31`. */
  readonly from: string;
  readonly until: string;
}

/** The texts of a message: English for everybody, and 繁體中文 beside it. */
export type MessageTexts = Words;

export interface MadeCampaign {
  /** The YAML, without the line for editors; message templates are named `messages/<id>….liquid.json`. */
  readonly yaml: string;
  /** By the end of the file's name: `` for the message, `-gone` for who comes too late. */
  readonly messages: Readonly<Record<string, MessageTexts>>;
}

export interface CampaignTemplate {
  /** What it is for, as a list shows it. */
  readonly about: Words;
  readonly make: (choice: TemplateChoice) => MadeCampaign;
}

/** `[a, b]` */
export const yamlList = (ids: readonly string[]): string =>
  `[${ids.map((id) => (id === '*' ? '"*"' : id)).join(', ')}]`;

/** A text message, as JSON with one line of the message to a line of its text. */
export const textMessage = (...lines: readonly string[]): string =>
  `${JSON.stringify({ type: 'text', text: lines.join('\n') }, undefined, 2)}\n`;

/** What every coupon says: what it is worth, its code, until when and where, and the page with its barcode. */
export const couponTexts = (en: string, chinese: string): MessageTexts => ({
  en: textMessage(
    en,
    '{{ coupon.value }}',
    'Code {{ coupon.code }}',
    'Until {{ coupon.validUntilText }}, at {{ coupon.where }}',
    'Show it at the till: {{ coupon.url }}',
  ),
  'zh-TW': textMessage(
    chinese,
    '{{ coupon.value }}',
    '優惠代碼 {{ coupon.code }}',
    '有效至 {{ coupon.validUntilText }}，適用 {{ coupon.where }}',
    '結帳時出示：{{ coupon.url }}',
  ),
});
