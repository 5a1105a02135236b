import { createHash } from 'node:crypto';
import { CODE_ALPHABET } from './coupon/code.ts';

/**
 * What led a person to the account, where it was proven: LINE itself names no source when somebody becomes a friend.
 * Proofs are a banner LINE showed, a page of ours that LINE says who looked at, and the text such a page puts into the
 * chat, which the person then sends.
 */
export interface Source {
  readonly kind: 'door' | 'link' | 'banner';
  /** The node of a door or banner; the name of a link. */
  readonly ref: string;
}

export const sourceText = ({ kind, ref }: Source): string => `${kind}:${ref}`;

/** Who became a friend, and nothing proves by what. */
export const ORGANIC = 'organic';

/** Between becoming a friend and the proof of why; whoever was a friend before did not become one by it. */
export const PROVES_FOR_MS = 24 * 3600_000;

const SLUG = '[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?';

/** What names a link or a door in an address. */
export const isSourceName = (text: string): boolean => new RegExp(`^${SLUG}$`).test(text);

/** `門口 taipei-1-door`: what the page of a door has people send. */
export const doorText = (node: string, zh: boolean): string => `${zh ? '門口' : 'Door'} ${node}`;

/** `夏日冰品 #instagram.7kq2`: the phrase of a campaign, if any, and the link it was read under. */
export const linkText = (phrase: string, link: string): string => `${phrase} #${link}.${checkOf(link)}`.trim();

export interface MarkedText {
  /** What is left of it, to be compared with the phrases of campaigns. */
  readonly text: string;
  /** Said to be the source; a door still has to be one of ours. */
  readonly source?: Source;
}

/** What somebody wrote, taken apart. Texts no page of ours makes are left as they are. */
export function readMark(written: string): MarkedText {
  const text = written.normalize('NFKC').trim();
  const door = DOOR.exec(text);
  if (door !== null) return { text: door[1] ?? '', source: { kind: 'door', ref: (door[2] ?? '').toLowerCase() } };
  const link = LINK.exec(text);
  const ref = (link?.[2] ?? '').toLowerCase();
  // A hash sign alone is anybody's: the check is what our page adds.
  if (link === null || link[3]?.toLowerCase() !== checkOf(ref)) return { text: written };
  return { text: link[1] ?? '', source: { kind: 'link', ref } };
}

const DOOR = new RegExp(`^(.{0,100}?(?:門口|door))[\\s:]+(${SLUG})$`, 'isu');
const LINK = new RegExp(`^(.{0,100}?)\\s*#(${SLUG})\\.([0-9a-z]{4})$`, 'isu');

const checkOf = (link: string): string =>
  [...createHash('sha256').update(`link ${link}`).digest().subarray(0, 4)]
    .map((byte) => CODE_ALPHABET.charAt(byte % CODE_ALPHABET.length).toLowerCase())
    .join('');
