import { type OfferMessage, templateVariables } from '../../core/message/sample.ts';
import type { Advised } from './rules.ts';

/** A variable that is never filled in, since LiquidJS does not take it for one. */
export interface Unfilled extends Advised {
  readonly at: number;
}

/** Variables in braces of a wrong kind or number: `{ coupon.code }`, `{ coupon.code }}`, `｛｛ coupon.code ｝｝`. */
export function unfilledIn(text: string, message: OfferMessage): readonly Unfilled[] {
  const names = templateVariables(message).join('|').replaceAll('.', '\\.');
  const slips = new RegExp(`(?<!\\{)\\{\\s*(${names})\\s*\\}+|[｛{]*｛\\s*(${names})\\s*[｝}]+`, 'g');
  return [...withoutAsides(text).matchAll(slips)].map(({ 0: written, 1: name, 2: wide = '', index }) => ({
    at: index,
    message: {
      en: `${written} is not filled in: people would read it as it stands`,
      'zh-TW': `${written} 不會被代換，收到的人會看到原樣`,
    },
    fix: { en: `write {{ ${name ?? wide} }}`, 'zh-TW': `請寫 {{ ${name ?? wide} }}` },
  }));
}

/** What nobody reads, and what is to stand as it is written, made blank. */
const withoutAsides = (text: string): string =>
  text.replace(/\{%-?\s*(?:(comment|raw)\b.*?\{%-?\s*end\1\s*-?%\}|#.*?%\})/gs, (aside) => ' '.repeat(aside.length));
