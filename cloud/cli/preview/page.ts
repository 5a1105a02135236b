import { flexHtml } from '../../chat/flex-html.ts';
import { type Html, html } from '../../chat/html.ts';
import { MESSAGE_STYLE } from '../../chat/message-style.ts';
import type { Language } from '../language.ts';
import { wordsOf } from '../sandbox/chat-text.ts';
import type { PreviewAnswer } from './answer.ts';

type Message = PreviewAnswer['messages'][number];

const STYLE = `*{box-sizing:border-box}
body{margin:0;font:14px/1.45 system-ui,"Noto Sans TC","Noto Sans CJK TC",sans-serif;color:#1d1d1f;background:#eef0f3}
header{padding:14px 20px;background:#06c755;color:#fff}h1{font-size:18px;margin:0}header p{margin:4px 0 0;white-space:pre-line}
main{max-width:460px;min-height:420px;margin:20px auto;padding:18px;border-radius:18px;background:#8cabd8}
.entry{margin:10px 0}
${MESSAGE_STYLE}`;

/** The messages as a chat shows them, as a page that needs nothing but itself; pictures come from where LINE would get them. */
export function previewPage(
  messages: readonly Message[],
  told: { readonly title: string; readonly story: readonly string[]; readonly language: Language },
): string {
  const { title, story, language } = told;
  const entries = messages.map((message) => html`<div class="entry">${shown(message)}</div>`);
  const style: Html = { markup: STYLE };
  const page = html`<html lang="${language === 'zh-TW' ? 'zh-Hant-TW' : 'en'}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style></head>
<body><header><h1>${title}</h1><p>${story.join('\n')}</p></header><main>${entries}</main></body></html>
`;
  return `<!doctype html>\n${page.markup}`;
}

const shown = (message: Message): Html =>
  message.type === 'flex'
    ? flexHtml(message['contents'])
    : html`<div class="balloon">${wordsOf(message).join('\n')}</div>`;
