import { expect, it } from 'vitest';
import type { LineMessage } from './platform/messages/message.ts';
import { renderChat } from './render-chat.ts';

const shown = (message: LineMessage) =>
  renderChat('王小姐', { from: 'account', atMs: 0, via: 'reply', requestId: 'r', message });

it('collects texts and buttons of a Flex message in reading order', () => {
  const message: LineMessage = {
    type: 'flex',
    altText: 'Coupon',
    contents: {
      type: 'bubble',
      body: {
        type: 'box',
        layout: 'vertical',
        contents: [
          { type: 'text', text: '春茶八折' },
          {
            type: 'text',
            contents: [
              { type: 'span', text: 'Code ' },
              { type: 'span', text: '7F3K' },
            ],
          },
        ],
      },
      footer: {
        type: 'box',
        layout: 'vertical',
        contents: [{ type: 'button', action: { type: 'postback', label: 'Use now', data: 'x' } }],
      },
    },
  };
  expect(shown(message)).toBe('╭─ LINE → 王小姐 (reply)\n│ 春茶八折\n│ Code 7F3K\n│ [ Use now ]\n╰─\n');
});

it('breaks lines and lets no message steer the terminal', () => {
  expect(shown({ type: 'text', text: 'one\ntwo\u001b[2J' })).toBe('╭─ LINE → 王小姐 (reply)\n│ one\n│ two[2J\n╰─\n');
});

it('shows what a person typed', () => {
  expect(renderChat('王', { from: 'person', atMs: 0, text: 'STOP' })).toBe('╭─ 王 → LINE\n│ STOP\n╰─\n');
});
