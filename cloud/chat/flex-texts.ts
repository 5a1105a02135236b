/** Texts and buttons of a Flex tree in reading order; what stands side by side stays on one line. */
export function flexTexts(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(flexTexts);
  if (typeof node !== 'object' || node === null) return [];
  const part = node as Readonly<Record<string, unknown>>;
  if (part['type'] === 'text') return [part['contents'] === undefined ? String(part['text']) : spans(part['contents'])];
  if (part['type'] === 'button') return [`[ ${labelOf(part['action'])} ]${addressOf(part['action'])}`];
  if (part['layout'] === 'baseline' || part['layout'] === 'horizontal') {
    const texts = flexTexts(part['contents']);
    return texts.length > 0 ? [texts.join('  ')] : [];
  }
  return ['header', 'hero', 'body', 'footer', 'contents'].flatMap((key) => flexTexts(part[key]));
}

const spans = (contents: unknown): string =>
  Array.isArray(contents) ? contents.map((span: { readonly text?: unknown }) => String(span.text ?? '')).join('') : '';

const labelOf = (action: unknown): string =>
  typeof action === 'object' && action !== null && 'label' in action ? String(action.label) : '';

/** Where a button leads, so that somebody at a terminal can go there. */
const addressOf = (action: unknown): string =>
  typeof action === 'object' && action !== null && 'uri' in action ? ` ${action.uri}` : '';
