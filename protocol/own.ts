/**
 * What a table holds under a key from outside. Not what every object inherits: `constructor` and `toString` are words a
 * person, a device or a library may well send.
 */
export const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
