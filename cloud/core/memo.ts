/**
 * Remembers what a pure function of one text answered. Forgetting everything when it is full is cheaper than minding
 * what was used last, and what is asked all the time is soon known again.
 */
export function memo<T>(most: number, compute: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = compute(key);
    if (known.size >= most) known.clear();
    known.set(key, made);
    return made;
  };
}
