import { Liquid } from 'liquidjs';

/** Pages for people's phones: one HTML each, made to be read inside LINE's browser and to work without a script. */

// Everything put in is escaped, but for pictures of our own (`| raw`).
const engine = new Liquid({ outputEscape: 'escape', strictVariables: true, cache: true });

export type PageLanguage = 'zh-TW' | 'en';

/** By `?lang=`, then by an Accept-Language header; whoever says neither most likely reads Chinese. */
export function pageLanguage(asked: string | undefined, accepted: string | undefined): PageLanguage {
  const wanted = asked ?? accepted?.split(',')[0] ?? 'zh-TW';
  return /^\s*(zh|\*)/i.test(wanted) || wanted === '' ? 'zh-TW' : 'en';
}

export interface PageParts {
  readonly language: PageLanguage;
  readonly title: string;
  /** LiquidJS: styles and body. */
  readonly style: string;
  readonly body: string;
  readonly values: object;
}

export const renderPage = ({ language, title, style, body, values }: PageParts): string =>
  engine.parseAndRenderSync(`${HEAD}${STYLE}${style}</style></head>\n${body}\n</html>\n`, {
    ...values,
    language,
    title,
  });

const HEAD = `<!doctype html>
<html lang="{{ language }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex"><title>{{ title }}</title><style>`;

const STYLE = `
:root { --green: #0b6b50; --pale: #f1f6f3; --ink: #1f2926; --grey: #55615c; --line: #c9d6cf; font: 17px/1.5 system-ui, "Noto Sans TC", "Noto Sans CJK TC", "PingFang TC", sans-serif }
* { box-sizing: border-box } body { margin: 0; background: #e4ebe7; color: var(--ink) }
main { max-width: 26rem; margin: 0 auto; padding: 1rem } h1, h2, p { margin: 0 }
.card { background: #fff; border-radius: 16px; overflow: hidden; box-shadow: 0 1px 4px #0002 }
.card header { background: var(--green); color: #fff; padding: 1.1rem 1.25rem }
.card header p { color: #cfebdf; font-size: .85rem } .card header h1 { font-size: 1.35rem; line-height: 1.3 }
.tongue { text-align: center; font-size: .85rem; margin-top: 1rem } a { color: var(--green) }
:focus-visible { outline: 3px solid #1a73e8; outline-offset: 2px }
`;
