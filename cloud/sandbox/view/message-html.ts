import { flexHtml, pressable } from '../../chat/flex-html.ts';
import { type Html, html } from '../../chat/html.ts';
import { actionsOf } from '../actions-of.ts';
import type { LineMessage } from '../platform/messages/message.ts';

/** One message in a chat, with what can be tapped below it. */
export function messageHtml(message: LineMessage): Html {
  const { quickReply } = message;
  const replies =
    quickReply === undefined ? [] : actionsOf({ quickReply }).map(({ label = '' }) => pressable(label, 'quick'));
  return html`${shown(message)}${replies.length === 0 ? undefined : html`<div class="quick-replies">${replies}</div>`}`;
}

function shown(message: LineMessage): Html {
  switch (message.type) {
    case 'text':
    case 'textV2':
      return html`<div class="balloon">${message.text}</div>`;
    case 'flex':
      return flexHtml(message.contents);
    case 'image':
      return picture(message.previewImageUrl);
    case 'imagemap':
      return html`<figure>${picture(`${message.baseUrl}/1040`)}<figcaption>${message.altText}</figcaption></figure>`;
    case 'video':
    case 'audio':
      return html`<div class="balloon">▶ ${message.originalContentUrl}</div>`;
    case 'location':
      return html`<div class="balloon">📍 ${message.title}<br><small>${message.address}</small></div>`;
    case 'sticker':
      return html`<div class="sticker">${message.packageId}/${message.stickerId}</div>`;
    case 'coupon':
      return html`<div class="balloon">🎟 ${message.couponId}</div>`;
    case 'template':
      return template(message);
  }
}

const picture = (url: string): Html => html`<img class="picture alone" alt="${url}" src="${url}">`;

function template({ template: body }: Extract<LineMessage, { type: 'template' }>): Html {
  const columns: readonly Readonly<Record<string, unknown>>[] =
    body.type === 'carousel' || body.type === 'image_carousel' ? body.columns : [body];
  const cards = columns.map((column) => {
    const { imageUrl, thumbnailImageUrl = imageUrl, title, text } = column;
    const buttons = actionsOf({ column }).map(({ label = '' }) => pressable(label, 'flex-button link'));
    return html`<div class="bubble card">${typeof thumbnailImageUrl === 'string' ? picture(thumbnailImageUrl) : undefined}
${typeof title === 'string' ? html`<strong>${title}</strong>` : undefined}${typeof text === 'string' ? html`<p>${text}</p>` : undefined}${buttons}</div>`;
  });
  return cards.length > 1 ? html`<div class="carousel">${cards}</div>` : html`${cards}`;
}
