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
 * What a cashier typed or a scanner gave: a code, with or without the chat's words or an address around it, or the address
 * of a coupon's page (`https://…/c/<token>`). `mistyped` says that the check character is wrong, and so nothing of which
 * codes there are.
 */
export function readScan(text: string): Result<Scan, ScanReject> {
  const all = text.length > MOST_CHARACTERS ? '' : text.normalize('NFKC').trim();
  const given = all.replace(SYMBOLOGY, '');
  if (SIGNED.test(given)) return reject('signed_code', 'a signed code is not read yet');
  const token = PAGE.exec(given)?.[1];
  if (token !== undefined) return accept({ kind: 'page', token });
  const letters = (codeWithin(given) ?? given).toUpperCase().replace(/[\s\-‐-―_.]/g, '');
  if (!/^[0-9A-Z]{8,16}$/.test(letters)) return reject('not_a_code', 'this is no coupon code');
  if (letters.length !== CODE_LENGTH) return reject('mistyped', `a code has ${CODE_LENGTH} letters`);
  const readings = readingsOf(letters).flatMap((reading) => parseCode(reading) ?? []);
  const [only, ...others] = readings;
  if (only === undefined || others.length > 0) return reject('mistyped', 'the check character is wrong');
  return accept({ kind: 'code', code: only });
}

/** What many scanners are set to put before everything: which kind of barcode it was, such as `]C0`. */
const SYMBOLOGY = /^\][A-Za-z][0-9A-Za-z]/;

/** A coupon's page, wherever its server stands; some scanners leave out how it is reached. */
const PAGE = /^(?:[A-Za-z]+:\/\/)?[^\s/?#]+(?:\/[^\s/?#]+)*?\/c\/([^\s/?#]+)\/?(?:[?#]\S*)?$/;

/** The code in words that somebody copied along with it, where it is written as we write it, and there is but one. */
function codeWithin(text: string): string | undefined {
  const found = text.match(/(?<![0-9A-Z-])[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}(?![0-9A-Z-])/gi) ?? [];
  return found.length === 1 ? found[0] : undefined;
}

const CODE_LENGTH = 12;

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
