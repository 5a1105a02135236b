/**
 * Coupon codes are read aloud, typed and scanned: no letter that looks like a digit or another letter
 * (no 0/O, 1/I/L, 2/Z, 5/S, 8/B), and a check character so that a slip of the finger is told from a wrong code.
 */
export const CODE_ALPHABET = '34679ACDEFGHJKMNPQRTUVWXY';

/** Eleven random characters carry 51 bits: guessing one of a million live codes takes a thousand million tries. */
const RANDOM_LENGTH = 11;

/** Bytes of chance needed for one code; more than the length because unfair bytes are thrown away. */
export const CODE_ENTROPY_BYTES = 48;

/** A code of 12 characters without separators, from random bytes. `undefined` if too many bytes were unfair. */
export function mintCode(random: Uint8Array): string | undefined {
  const size = CODE_ALPHABET.length;
  const fair = Math.floor(256 / size) * size;
  let text = '';
  for (const byte of random) {
    if (byte < fair) text += CODE_ALPHABET.charAt(byte % size);
    if (text.length === RANDOM_LENGTH) return text + checkCharacter(text);
  }
  return undefined;
}

/** What a person or scanner gave, as a code: case and separators do not matter. `undefined` if it cannot be one. */
export function parseCode(text: string): string | undefined {
  const code = text.toUpperCase().replace(/[\s-]/g, '');
  if (code.length !== RANDOM_LENGTH + 1 || [...code].some((letter) => !CODE_ALPHABET.includes(letter)))
    return undefined;
  return checkCharacter(code.slice(0, -1)) === code.at(-1) ? code : undefined;
}

/** `34679ACDEFGH` → `3467-9ACD-EFGH` */
export const formatCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-');

/**
 * A sum weighted by powers of two, which have no factor in common with our 25 letters: it finds every wrong letter and
 * every swap of two letters up to three places apart. (ISO/IEC 7064 MOD n+1,n would not: it needs n + 1 to be prime.)
 */
function checkCharacter(text: string): string {
  const size = CODE_ALPHABET.length;
  let sum = 0;
  for (const letter of text) sum = (sum + CODE_ALPHABET.indexOf(letter)) * 2;
  return CODE_ALPHABET[(size - (sum % size)) % size] as string;
}
