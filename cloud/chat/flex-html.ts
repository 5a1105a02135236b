import { type Html, html } from './html.ts';

/** Flex containers roughly as LINE shows them. LINE has taken them, so colours and lengths are in right form. */

type Part = Readonly<Record<string, unknown>>;
const partOf = (value: unknown): Part => (typeof value === 'object' && value !== null ? (value as Part) : {});
const partsOf = (value: unknown): readonly Part[] => (Array.isArray(value) ? value.map(partOf) : []);
const word = (part: Part, key: string): string | undefined => (typeof part[key] === 'string' ? part[key] : undefined);

const FONT_PX: Readonly<Record<string, number>> = {
  xxs: 11,
  xs: 13,
  sm: 14,
  md: 16,
  lg: 19,
  xl: 22,
  xxl: 29,
  '3xl': 35,
  '4xl': 48,
  '5xl': 74,
};
const GAP_PX: Readonly<Record<string, number>> = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const BUBBLE_PX: Readonly<Record<string, number>> = {
  nano: 120,
  micro: 160,
  deca: 220,
  hecto: 241,
  kilo: 260,
  mega: 300,
  giga: 386,
};

const length = (value: string | undefined, table: Readonly<Record<string, number>>): string | undefined => {
  if (value === undefined) return undefined;
  return table[value] === undefined ? value : `${table[value]}px`;
};

/** Declarations of a style attribute; what is `undefined` is left out. */
const css = (declarations: Readonly<Record<string, string | number | undefined>>): string =>
  Object.entries(declarations)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}:${value}`)
    .join(';');

export function flexHtml(contents: unknown): Html {
  const container = partOf(contents);
  if (container['type'] !== 'carousel') return bubble(container);
  return html`<div class="carousel">${partsOf(container['contents']).map(bubble)}</div>`;
}

function bubble(part: Part): Html {
  const styles = partOf(part['styles']);
  const blocks = ['header', 'hero', 'body', 'footer'].flatMap((name) => {
    if (part[name] === undefined) return [];
    const style = css({
      'background-color': word(partOf(styles[name]), 'backgroundColor'),
      // A box with a padding of its own has that instead of the block's.
      padding: word(partOf(part[name]), 'paddingAll') === undefined ? undefined : 0,
    });
    return [html`<div class="block ${name}" style="${style}">${component(partOf(part[name]), true)}</div>`];
  });
  const width = BUBBLE_PX[word(part, 'size') ?? 'mega'] ?? BUBBLE_PX['mega'];
  return html`<div class="bubble" style="width:${width}px">${blocks}</div>`;
}

function component(part: Part, vertical: boolean): Html {
  const placed = {
    [vertical ? 'margin-top' : 'margin-left']: length(word(part, 'margin'), GAP_PX),
    flex: typeof part['flex'] === 'number' ? `${part['flex']} 1 0` : undefined,
  };
  switch (part['type']) {
    case 'box':
      return box(part, placed);
    case 'text':
      return text(part, placed);
    case 'image':
      return html`<img class="picture" alt="${word(part, 'url')}" src="${word(part, 'url')}" style="${css({
        ...placed,
        'aspect-ratio': word(part, 'aspectRatio')?.replace(':', ' / '),
        'object-fit': word(part, 'aspectMode') === 'cover' ? 'cover' : 'contain',
        'background-color': word(part, 'backgroundColor'),
      })}">`;
    case 'button':
      return button(part, placed);
    case 'separator':
      return html`<div class="separator" style="${css({ ...placed, background: word(part, 'color') })}"></div>`;
    case 'icon':
      return html`<img class="icon" alt="" src="${word(part, 'url')}">`;
    case 'filler':
      return html`<div style="flex:1"></div>`;
    case 'video':
      return html`<div class="video">▶ ${word(part, 'url')}</div>`;
    default:
      return html``;
  }
}

function box(part: Part, placed: Readonly<Record<string, string | undefined>>): Html {
  const vertical = part['layout'] === 'vertical';
  const padding = (side: string) => length(word(part, `padding${side}`), GAP_PX);
  const style = css({
    ...placed,
    gap: length(word(part, 'spacing'), GAP_PX),
    padding: padding('All'),
    'padding-top': padding('Top'),
    'padding-bottom': padding('Bottom'),
    'padding-left': padding('Start'),
    'padding-right': padding('End'),
    'background-color': word(part, 'backgroundColor'),
    'border-radius': length(word(part, 'cornerRadius'), GAP_PX),
    width: word(part, 'width'),
    height: word(part, 'height'),
    'justify-content': word(part, 'justifyContent'),
    'align-items': word(part, 'alignItems'),
  });
  const items = partsOf(part['contents']).map((item) => component(item, vertical));
  return html`<div class="box ${word(part, 'layout')}" style="${style}">${items}</div>`;
}

const lettering = (part: Part) => ({
  'font-size': length(word(part, 'size'), FONT_PX),
  color: word(part, 'color'),
  'font-weight': word(part, 'weight') === 'bold' ? 700 : undefined,
  'font-style': word(part, 'style') === 'italic' ? 'italic' : undefined,
  'text-decoration': word(part, 'decoration'),
});

function text(part: Part, placed: Readonly<Record<string, string | undefined>>): Html {
  const style = css({ ...placed, ...lettering(part), 'text-align': word(part, 'align') });
  const spans = partsOf(part['contents']).map(
    (span) => html`<span style="${css(lettering(span))}">${word(span, 'text')}</span>`,
  );
  return html`<div class="text ${part['wrap'] === true ? 'wrap' : 'line'}" style="${style}">${spans.length > 0 ? spans : word(part, 'text')}</div>`;
}

function button(part: Part, placed: Readonly<Record<string, string | undefined>>): Html {
  const look = word(part, 'style') ?? 'link';
  const color = word(part, 'color');
  const style = css({ ...placed, ...(look === 'link' ? { color } : { 'background-color': color }) });
  return pressable(
    word(partOf(part['action']), 'label') ?? '',
    `flex-button ${look} ${word(part, 'height') ?? 'md'}`,
    style,
  );
}

/** A button of a message: the page's script taps it for the person whose chat is open. */
export const pressable = (label: string, classes: string, style = ''): Html =>
  html`<button type="button" class="${classes}" style="${style}" data-press="${label}">${label}</button>`;
