import { z } from 'zod';
import { errorMessage } from '../../protocol/error-message.ts';
import { accept, type Result, reject } from '../../protocol/result.ts';

const TIMEOUT_MS = 4_000;

/** What LINE says of an id token it issued; `sub` is the user id, the same as in webhooks of the same provider. */
const Verified = z.object({ sub: z.string().min(1) });

/**
 * The LINE user an id token of our LIFF app stands for. LINE itself checks signature, audience and time; a token cannot
 * be believed without asking, since the page that sent it is the visitor's.
 */
export async function readIdToken(
  idToken: string,
  config: { readonly apiBase: string; readonly loginChannelId: string },
): Promise<Result<string, 'refused' | 'unreachable'>> {
  try {
    const response = await fetch(`${config.apiBase}/oauth2/v2.1/verify`, {
      method: 'POST',
      body: new URLSearchParams({ id_token: idToken, client_id: config.loginChannelId }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body: unknown = await response.json();
    const verified = Verified.safeParse(body);
    if (response.ok && verified.success) return accept(verified.data.sub);
    const isAway = response.status >= 500 || response.status === 429;
    return reject(isAway ? 'unreachable' : 'refused', `LINE answered ${response.status}`);
  } catch (error) {
    return reject('unreachable', errorMessage(error));
  }
}
