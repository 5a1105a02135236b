import { accept, type Result, reject } from '../../../protocol/result.ts';
import { CODE_ALPHABET, parseCode } from '../coupon/code.ts';

/** Text longer than this is no code of ours, whatever it is. */
const MOST_CHARACTERS = 512;

/** How a signed code begins; tills of today read the bare code that is printed under it. */
const SIGNED = /^PH1\./i;

export type ScanReject = 'mistyped' | 'not_a_code' | 'signed_code';

/** A code as it is, or the token in the address of a coupon's page. */
export type Scan = { readonly kind: 'code'; readonly code: string } | { readonly kind: 'page'; readonly token: string };

/**
 * What a cashier typed or a scanner gave: a code, or the address of a coupon's page (`https://…/c/<token>`). `mistyped`
 * says that the check character is wrong, and so nothing of which codes there are.
 */
export function readScan(text: string): Result<Scan, ScanReject> {
  const given = text.length > MOST_CHARACTERS ? '' : text.normalize('NFKC').trim();
  if (SIGNED.test(given)) return reject('signed_code', 'a signed code is not read yet');
  if (/^https?:\/\//i.test(given)) {
    const token = tokenOfPage(given);
    return token === undefined ? reject('not_a_code', 'this is no page of a coupon') : accept({ kind: 'page', token });
  }
  const letters = given.toUpperCase().replace(/[\s\-‐-―_.]/g, '');
  if (!/^[0-9A-Z]{8,16}$/.test(letters)) return reject('not_a_code', 'this is no coupon code');
  if (letters.length !== CODE_LENGTH) return reject('mistyped', `a code has ${CODE_LENGTH} letters`);
  const readings = readingsOf(letters).flatMap((reading) => parseCode(reading) ?? []);
  const [only, ...others] = readings;
  if (only === undefined || others.length > 0) return reject('mistyped', 'the check character is wrong');
  return accept({ kind: 'code', code: only });
}

const CODE_LENGTH = 12;

function tokenOfPage(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  return /^\/c\/([^/]+)\/?$/.exec(new URL(text).pathname)?.[1];
}

/**
 * Letters our codes do not have, and what somebody who wrote one of them down may have seen. Of several readings the
 * check character leaves one.
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '0': 'DQ',
  O: 'DQ',
  '1': 'JT7',
  I: 'JT7',
  L: 'JT7',
  '2': '7',
  Z: '7',
  '5': '69',
  S: '69',
  '8': '3R',
  B: '3R',
};

/** More of them are no slip of the eye. */
const MOST_LOOK_ALIKES = 2;

function readingsOf(letters: string): string[] {
  const foreign = [...letters].filter((letter) => !CODE_ALPHABET.includes(letter));
  if (foreign.length > MOST_LOOK_ALIKES) return [];
  let readings = [''];
  for (const letter of letters) {
    const candidates = CODE_ALPHABET.includes(letter) ? letter : (LOOK_ALIKES[letter] ?? '');
    readings = readings.flatMap((reading) => [...candidates].map((candidate) => reading + candidate));
  }
  return readings;
}
