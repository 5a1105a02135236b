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
  const body = [...random].filter((byte) => byte < fair).slice(0, RANDOM_LENGTH);
  if (body.length < RANDOM_LENGTH) return undefined;
  const text = body.map((byte) => CODE_ALPHABET[byte % size]).join('');
  return text + checkCharacter(text);
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

/** ISO/IEC 7064 hybrid system MOD n+1,n over our alphabet: finds every wrong letter and almost every swap. */
function checkCharacter(text: string): string {
  const n = CODE_ALPHABET.length;
  let p = n;
  for (const letter of text) {
    const sum = (p + CODE_ALPHABET.indexOf(letter)) % n || n;
    p = (sum * 2) % (n + 1);
  }
  return CODE_ALPHABET[(n + 1 - p) % n] as string;
}
