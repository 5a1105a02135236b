import { HTTPFetchError, messagingApi } from '@line/bot-sdk';
import { accept, type Result, reject } from '../../protocol/result.ts';
import type { LineAccountFacts, LineTrouble } from '../core/line-account.ts';
import { sentenceOf } from './line-error.ts';

type Told = Omit<LineAccountFacts, 'hwids' | 'at' | 'wanted'>;

/**
 * Asks LINE about the account: who it is, where its webhook leads, whether that works, how many messages are left. With
 * `webhook` it makes that the address, if LINE's test of it succeeds. Never rejects: what LINE does not answer is in the facts.
 */
export async function readLineAccount(
  config: { readonly apiBase: string; readonly accessToken: string },
  webhook: string | undefined,
  now: () => number,
): Promise<Told> {
  const client = new messagingApi.MessagingApiClient({
    channelAccessToken: config.accessToken,
    baseURL: config.apiBase,
  });
  let date: string | null = null;
  let askedAt = now();
  const bot = await ask(async () => {
    askedAt = now();
    const { httpResponse, body } = await client.getBotInfoWithHttpInfo();
    date = httpResponse.headers.get('date');
    const { basicId, displayName, chatMode } = body;
    return { basicId, displayName, chatMode };
  });
  // Tried before it is set: a slip of the finger must not stop the events of a shop that works.
  const tried = webhook === undefined ? undefined : await testWebhook(client, webhook);
  const set =
    webhook === undefined || !tried?.ok || !tried.value.success
      ? undefined
      : await ask(async () => {
          await client.setWebhookEndpoint({ endpoint: webhook });
          return true as const;
        });
  const endpoint = await ask(async () => {
    const { endpoint: url, active } = await client.getWebhookEndpoint();
    return { url, active };
  });
  const noneYet = !endpoint.ok && endpoint.reject.code === 'refused' && endpoint.reject.detail.startsWith('404');
  const known = noneYet ? accept(undefined) : endpoint;
  const test =
    tried ?? (known.ok && known.value !== undefined ? await testWebhook(client, known.value.url) : undefined);
  const quota = await ask(async () => {
    const [{ type, value }, { totalUsage }] = [
      await client.getMessageQuota(),
      await client.getMessageQuotaConsumption(),
    ];
    return { used: totalUsage, ...(type === 'limited' && value !== undefined && { limit: value }) };
  });
  const lineNow = date === null ? Number.NaN : Date.parse(date);
  return {
    bot,
    endpoint: known,
    quota,
    ...(set !== undefined && { set }),
    ...(test !== undefined && { test }),
    ...(Number.isFinite(lineNow) && { clockAheadMs: lineNow - askedAt }),
  };
}

const testWebhook = (client: messagingApi.MessagingApiClient, endpoint: string) =>
  ask(async () => {
    const { success = false, statusCode, reason, detail } = await client.testWebhookEndpoint({ endpoint });
    return { success, statusCode, reason, detail };
  });

async function ask<T>(call: () => Promise<T>): Promise<Result<T, LineTrouble>> {
  try {
    return accept(await call());
  } catch (error) {
    if (error instanceof HTTPFetchError) {
      const code = error.status === 401 ? 'unauthorized' : 'refused';
      return reject(code, `${error.status}: ${sentenceOf(error.body)}`);
    }
    const { cause } = error instanceof Error ? error : {};
    const told = [error, cause].flatMap((e) => (e instanceof Error && e.message !== '' ? [e.message] : []));
    return reject('unreachable', `LINE did not answer: ${told.join(': ')}`);
  }
}

/** What a friend is called on LINE; `undefined` for who is no friend. Rejects when LINE does not answer. */
export async function readDisplayName(
  config: { readonly apiBase: string; readonly accessToken: string },
  userId: string,
): Promise<string | undefined> {
  const client = new messagingApi.MessagingApiClient({
    channelAccessToken: config.accessToken,
    baseURL: config.apiBase,
  });
  try {
    return (await client.getProfile(userId)).displayName;
  } catch (error) {
    if (error instanceof HTTPFetchError && error.status === 404) return undefined;
    throw error;
  }
}

/** The account's own user id, which its webhooks call `destination`, and its `@…`. Rejects when LINE does not answer. */
export async function readBotNames(config: {
  readonly apiBase: string;
  readonly accessToken: string;
}): Promise<{ readonly userId: string; readonly basicId: string }> {
  const client = new messagingApi.MessagingApiClient({
    channelAccessToken: config.accessToken,
    baseURL: config.apiBase,
  });
  const { userId, basicId } = await client.getBotInfo();
  return { userId, basicId };
}
