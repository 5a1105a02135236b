import { errorMessage } from '../../protocol/error-message.ts';
import { accept, type Result, reject } from '../../protocol/result.ts';
import { BASIC_ID } from './platform/account.ts';

/** What a page behind a scanned code offers a phone with LINE on it. */
export interface ScannedPage {
  /** It leads to the account's profile, where one adds it as a friend. */
  readonly addsFriend: boolean;
  /** It has this text typed into the chat; the person still has to send it. */
  readonly text?: string;
}

const WITHIN_MS = 5_000;

/** Opens the address of a scanned code as the phone's browser would, and looks for the ways into LINE. */
export async function openScanned(url: string): Promise<Result<ScannedPage, 'bad_request'>> {
  try {
    const answer = await fetch(url, {
      headers: { 'user-agent': 'Mozilla/5.0 (iPhone) Pharos sandbox' },
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    if (!answer.ok) return reject('bad_request', `the page answered ${answer.status}`);
    return accept(readWays(await answer.text()));
  } catch (error) {
    return reject('bad_request', `the page does not open: ${errorMessage(error)}`);
  }
}

/** Links of another account lead nowhere here. */
export function readWays(page: string): ScannedPage {
  const links = [...page.matchAll(/href="(https:\/\/line\.me\/R\/[^"]+)"/g)].map(([, href = '']) =>
    href.replaceAll('&amp;', '&'),
  );
  const to = (kind: string) =>
    links.find((link) => {
      const id = new RegExp(`^https://line\\.me/R/${kind}/([^/?]+)`).exec(link)?.[1];
      return id !== undefined && decodeURIComponent(id) === BASIC_ID;
    });
  const write = to('oaMessage');
  const typed = write?.includes('?') ? decodeURIComponent(write.slice(write.indexOf('?') + 1)) : '';
  return { addsFriend: to('ti/p') !== undefined, ...(typed !== '' && { text: typed }) };
}
