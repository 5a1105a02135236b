/** One key that says something else than before; `from` or `to` is absent where it was not there at all. */
export interface Difference {
  /** With dots: `spec.limits.stock`. */
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** What differs between two documents, key by key; lists are compared as wholes, for their places mean nothing. */
export function differencesOf(before: unknown, after: unknown, path = ''): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isObject(before) || !isObject(after)) {
    return [{ path, ...(before !== undefined && { from: before }), ...(after !== undefined && { to: after }) }];
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => differencesOf(before[key], after[key], path === '' ? key : `${path}.${key}`));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
