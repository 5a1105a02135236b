import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { html } from '../../chat/html.ts';
import type { LineMessage } from '../platform/messages/message.ts';
import { CHANNEL } from '../platform/platform.fixture.ts';
import { openSandbox } from '../sandbox.fixture.ts';
import { messageHtml } from './message-html.ts';

const shown = (message: object): string => messageHtml(message as LineMessage).markup;

describe('pieces of HTML', () => {
  it('escape what is not theirs, once', () => {
    const evil = `<img src=x onerror="a('b')">&`;
    const inner = html`<b>${evil}</b>`;
    expect(inner.markup).toBe('<b>&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;</b>');
    expect(html`<i>${[inner, inner]}${undefined}${3}</i>`.markup).toBe(`<i>${inner.markup}${inner.markup}3</i>`);
  });

  it.each([
    ['text', { type: 'text', text: '<script>' }, '<div class="balloon">&lt;script&gt;</div>'],
    [
      'a picture',
      { type: 'image', originalContentUrl: 'https://e.com/a', previewImageUrl: 'https://e.com/b' },
      'https://e.com/b',
    ],
    ['a coupon', { type: 'coupon', couponId: '01KD' }, '01KD'],
    [
      'a quick reply',
      {
        type: 'text',
        text: 'a',
        quickReply: { items: [{ type: 'action', action: { type: 'message', label: 'Yes', text: 'y' } }] },
      },
      'data-press="Yes"',
    ],
    [
      'a button of a Flex bubble',
      {
        type: 'flex',
        altText: 'a',
        contents: {
          type: 'bubble',
          size: 'kilo',
          body: {
            type: 'box',
            layout: 'vertical',
            contents: [{ type: 'button', style: 'primary', action: { type: 'postback', label: 'Use', data: 'd' } }],
          },
        },
      },
      'data-press="Use"',
    ],
  ])('show %s', (_what, message, part) => {
    expect(shown(message)).toContain(part);
  });
});

describe('the page', () => {
  let sandbox: Awaited<ReturnType<typeof openSandbox>>;
  beforeEach(async () => {
    sandbox = await openSandbox();
  });
  afterEach(() => sandbox.close());
  const look = async (query = '', headers = {}) => (await fetch(`${sandbox.url}/sandbox/${query}`, { headers })).text();
  const push = (to: string, text: string) =>
    fetch(`${sandbox.url}/v2/bot/message/push`, {
      method: 'POST',
      body: JSON.stringify({ to, messages: [{ type: 'text', text }] }),
      headers: { authorization: `Bearer ${CHANNEL.accessToken}`, 'content-type': 'application/json' },
    });

  it('shows the street, a chat and the log, in two languages, and lets nothing in from elsewhere', async () => {
    const { userId } = (await sandbox.control('POST', '/users', { displayName: '<b>王' })).body;
    await push(userId, '春茶 <八折>');
    const page = await look(`?user=${userId}`);
    expect(page).toContain('&lt;b&gt;王');
    expect(page).toContain('春茶 &lt;八折&gt;');
    expect(page).toContain('push 200 → 1');
    expect(page).not.toContain('<b>王');
    expect(await look('', { 'accept-language': 'zh-TW,en;q=0.5' })).toContain('街上的人');
    expect(await look('?lang=en', { 'accept-language': 'zh-TW' })).toContain('People');
    expect(await look(`?lang=zh-TW&user=${userId}`)).toMatch(/class="switch on"[^>]*profileConsent[^>]*>提供個人檔案</);
    const { headers } = await fetch(`${sandbox.url}/sandbox/`);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/);
    for (const asset of ['view.css', 'view.js'])
      expect((await fetch(`${sandbox.url}/sandbox/${asset}`)).status).toBe(200);
  });

  it('streams the log as it grows', async () => {
    const { userId } = (await sandbox.control('POST', '/users')).body;
    const response = await fetch(`${sandbox.url}/sandbox/log/lines`);
    await push(userId, 'hi');
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes('data:')) break;
    }
    expect(text).toMatch(/data: \{"line":".*push 200 → 1","kind":"api"\}/);
  });
});
