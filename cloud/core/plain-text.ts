/**
 * Text from outside, as it can be kept and found again. PostgreSQL refuses a whole statement for one NUL in a text, and
 * no half of a surrogate pair survives the way into a database and back, so that what was stored would not be what is
 * looked for. JSON lets both through. Where a program would be told, the text is refused; LINE and nodes would only say
 * the same again, so theirs is mended, in the same way each time.
 */
export const plainText = (text: string): string =>
  isPlain(text) ? text : text.toWellFormed().replaceAll('\0', REPLACEMENT);

export const isPlain = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** The JSON of `text`, all texts in it plain. Throws `SyntaxError`. */
export function plainJson(text: string): unknown {
  // Neither can stand in it but escaped, and nearly nobody escapes.
  return MAY_NOT_BE_PLAIN.test(text)
    ? JSON.parse(text, (_key, value: unknown) => (typeof value === 'string' ? plainText(value) : value))
    : JSON.parse(text);
}

/** The first text within `value` that is not plain, as the path to it; also where it is the name of a field. */
export function notPlainAt(value: unknown, path: readonly string[] = []): readonly string[] | undefined {
  if (typeof value === 'string') return isPlain(value) ? undefined : path;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const found = isPlain(key) ? notPlainAt(part, [...path, key]) : [...path, plainText(key)];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** On one line, for a person to read. */
export const oneLine = (text: string): string => plainText(text).replace(/\p{Cc}+/gu, ' ');

const REPLACEMENT = '\ufffd';
const MAY_NOT_BE_PLAIN = /\\u(?:0000|d[89a-f])/i;
