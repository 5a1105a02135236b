/**
 * Most messages are constant but for a few values put in their places: `… {{ coupon.code }} …`. Such a template is cut up
 * once and filled by joining texts (1 µs), where the engine walks and checks a tree (10 µs). Only what is beyond doubt
 * is done here: for anything else (a tag, a filter, a value that is missing or not a text or a number) the answer is
 * absent and the engine has its say, so that there is one truth about what a template means.
 */
export type Fill = (context: object) => string | undefined;

/** Words the engine reads as something else than names, at least where they begin. */
const RESERVED = /^(true|false|nil|null|empty|blank|and|or|not|contains)\b/;

const NAME = '[A-Za-z_][A-Za-z0-9_]*';
const SLOT = new RegExp(`\\{\\{[ \\t]*(${NAME}(?:\\.${NAME})*)[ \\t]*\\}\\}`, 'y');

/** Absent where the template is more than texts and slots. `escaped` is what the engine does to each value. */
export function readSlots(source: string, escaped: (value: string | number) => string): Fill | undefined {
  if (source.includes('{%')) return undefined;
  const texts: string[] = [];
  const paths: (readonly string[])[] = [];
  let at = 0;
  for (let open = source.indexOf('{{'); open >= 0; open = source.indexOf('{{', at)) {
    SLOT.lastIndex = open;
    const path = SLOT.exec(source)?.[1];
    if (path === undefined || RESERVED.test(path)) return undefined;
    texts.push(source.slice(at, open));
    paths.push(path.split('.'));
    at = SLOT.lastIndex;
  }
  const end = source.slice(at);
  return (context) => {
    let filled = '';
    for (const [index, path] of paths.entries()) {
      const value = valueAt(context, path);
      if (value === undefined) return undefined;
      filled += (texts[index] ?? '') + escaped(value);
    }
    return filled + end;
  };
}

function valueAt(context: object, path: readonly string[]): string | number | undefined {
  let value: unknown = context;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}
