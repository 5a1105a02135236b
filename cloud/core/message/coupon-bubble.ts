/** The look of a coupon in a chat: who gives it, what it is worth in large letters, until when and where, the way to it. */

const GREEN = '#0B6B50';
const PALE_GREEN = '#CFEBDF';
const INK = '#1F2926';
const GREY = '#5F6B66';
const PAPER = '#F1F6F3';

interface Words {
  readonly until: string;
  readonly where: string;
  readonly code: string;
  readonly show: string;
  readonly how: string;
}

/**
 * A Flex bubble with LiquidJS places in its texts. It has no picture: LINE takes pictures from HTTPS addresses only, and
 * a shop's first day should look like its last.
 */
export const couponBubble = ({ until, where, code, show, how }: Words): object => ({
  type: 'bubble',
  size: 'mega',
  header: {
    type: 'box',
    layout: 'vertical',
    backgroundColor: GREEN,
    paddingAll: '18px',
    spacing: 'xs',
    contents: [
      text('{{ coupon.from }}', { size: 'sm', color: PALE_GREEN }),
      text('{{ campaign.name }}', { size: 'xl', weight: 'bold', color: '#FFFFFF', wrap: true }),
    ],
  },
  body: {
    type: 'box',
    layout: 'vertical',
    paddingAll: '18px',
    spacing: 'md',
    contents: [
      text('{{ coupon.value }}', { size: '3xl', weight: 'bold', color: GREEN, wrap: true, align: 'center' }),
      { type: 'separator', color: '#DCE5E0', margin: 'lg' },
      row(until, '{{ coupon.validUntilText }}'),
      row(where, '{{ coupon.where }}'),
      {
        type: 'box',
        layout: 'vertical',
        backgroundColor: PAPER,
        cornerRadius: '8px',
        paddingAll: '10px',
        margin: 'lg',
        contents: [
          text(code, { size: 'xs', color: GREY, align: 'center' }),
          text('{{ coupon.code }}', { size: 'xl', weight: 'bold', color: INK, align: 'center' }),
        ],
      },
    ],
  },
  footer: {
    type: 'box',
    layout: 'vertical',
    paddingAll: '14px',
    spacing: 'sm',
    contents: [
      {
        type: 'button',
        style: 'primary',
        color: GREEN,
        height: 'sm',
        action: { type: 'uri', label: show, uri: '{{ coupon.url }}' },
      },
      text(how, { size: 'xs', color: GREY, align: 'center' }),
    ],
  },
});

const text = (value: string, look: object): object => ({ type: 'text', text: value, ...look });

const row = (label: string, value: string): object => ({
  type: 'box',
  layout: 'baseline',
  spacing: 'sm',
  contents: [
    text(label, { size: 'sm', color: GREY, flex: 2 }),
    text(value, { size: 'sm', color: INK, flex: 5, wrap: true }),
  ],
});
