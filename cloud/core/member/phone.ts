import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** Whose numbers are written without a country, where nobody says otherwise. */
export const HOME_REGION = 'TW';

/** What somebody might type for a number; letters make it a note about one. */
const DIALLED = /^[+\d\s().\-/]{3,40}$/;

/**
 * A number as people of `region` (ISO 3166, `TW`) write it, in international form (`+886912345678`). Also what Excel
 * makes of one: without its first zero, or without its plus. `undefined` for what can be no number.
 */
export function readPhone(text: string, region: string = HOME_REGION): string | undefined {
  const typed = text
    .normalize('NFKC')
    .replace(/[‐-―−]/g, '-')
    .trim();
  if (!DIALLED.test(typed)) return undefined;
  const number = parsePhoneNumberFromString(typed, region as CountryCode);
  return number?.isPossible() === true ? number.number : undefined;
}

export const isRegion = (text: string): boolean =>
  /^[A-Z]{2}$/.test(text) && readPhone('+886912345678', text) !== undefined;
