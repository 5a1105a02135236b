/**
 * Looks for what names a person, however it may be written: as it is, in hexadecimal, in base64 at any of its three
 * alignments. Returns what was found.
 */
export function findIdentifiers(haystack: Buffer | string, identifiers: readonly string[]): string[] {
  const bytes = typeof haystack === 'string' ? Buffer.from(haystack) : haystack;
  const lower = Buffer.from(bytes.toString('latin1').toLowerCase(), 'latin1');
  return identifiers.filter((identifier) => {
    const plain = Buffer.from(identifier);
    // The first and last digits depend on the neighbours.
    const base64 = [0, 1, 2].map((shift) =>
      Buffer.concat([Buffer.alloc(shift), plain])
        .toString('base64')
        .replace(/=+$/, '')
        .slice(shift === 0 ? 0 : shift + 1, -1),
    );
    return (
      bytes.includes(plain) ||
      lower.includes(plain.toString('hex')) ||
      base64.some((text) => bytes.includes(text) || bytes.includes(text.replaceAll('+', '-').replaceAll('/', '_')))
    );
  });
}
