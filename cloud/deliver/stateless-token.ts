import { z } from 'zod';
import type { EpochMs } from '../../protocol/units.ts';
import type { AccessTokens } from './access-token.ts';
import { type LineTransport, LONGEST_CALL_MS } from './line-transport.ts';

/** LINE answers with 900 seconds. */
const Issued = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** A token is replaced this long before its end, so that no call starts with a dying one. */
const RENEW_BEFORE_MS = 3 * 60_000;

interface Held {
  readonly token: string;
  readonly endsAt: number;
}

/** Short-lived tokens LINE issues for channel id and secret; one is asked for at a time, however many wait for it. */
export function statelessTokens(deps: {
  readonly transport: LineTransport;
  readonly channelId: string;
  readonly channelSecrets: () => readonly string[];
  readonly now: () => EpochMs;
}): AccessTokens {
  let held: Held | undefined;
  let renewing: Promise<Held> | undefined;
  let trouble: string | undefined;

  /** The newest secret first: while one is being replaced only one of them is LINE's. All together take no longer than a call. */
  const issue = async (): Promise<Held> => {
    let refusal = 'no channel secret is set';
    const until = performance.now() + LONGEST_CALL_MS;
    for (const secret of deps.channelSecrets()) {
      const withinMs = until - performance.now();
      if (withinMs <= 0) break;
      const form = { grant_type: 'client_credentials', client_id: deps.channelId, client_secret: secret };
      const answer = await deps.transport.call({
        method: 'POST',
        path: '/oauth2/v3/token',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
        withinMs,
      });
      const issued = answer.at === 'answered' && answer.status === 200 ? parse(answer.body) : undefined;
      if (issued !== undefined) {
        trouble = undefined;
        return { token: issued.access_token, endsAt: deps.now() + issued.expires_in * 1_000 };
      }
      refusal = answer.at === 'answered' ? `LINE answered ${answer.status}` : answer.detail;
    }
    trouble = `LINE issues no access token (${refusal}); messages wait: check PHAROS_LINE_CHANNEL_ID and PHAROS_LINE_CHANNEL_SECRET`;
    throw new Error(trouble);
  };
  const renew = (): Promise<Held> => {
    renewing ??= issue()
      .then((issued) => {
        held = issued;
        return issued;
      })
      .finally(() => {
        renewing = undefined;
      });
    return renewing;
  };

  return {
    async get() {
      if (held !== undefined && deps.now() < held.endsAt - RENEW_BEFORE_MS) return held.token;
      const current = held;
      try {
        return (await renew()).token;
      } catch (error) {
        // One that still lives is better than none.
        if (current !== undefined && deps.now() < current.endsAt) return current.token;
        throw error;
      }
    },
    async refused(token) {
      if (held?.token === token) held = undefined;
      try {
        return (held ?? (await renew())).token;
      } catch {
        return undefined;
      }
    },
    taken: () => undefined,
    trouble: () => trouble,
  };
}

function parse(text: string): z.output<typeof Issued> | undefined {
  try {
    return Issued.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
