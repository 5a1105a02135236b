import { z } from 'zod';
import { type Call, type Handled, ok, refuse } from './answer.ts';
import { parseBody } from './body.ts';
import { messageList } from './messages/message.ts';
import { shaped } from './messages/shaped.ts';
import type { PlatformState } from './state.ts';
import { monthOf } from './tallies.ts';

/** The endpoints around sending: validation, quota, profiles, the account itself, its webhook address. */

const ValidateBody = shaped('ValidateMessageRequest', z.looseObject({ messages: messageList }), { except: 'Message' });

/** Checks message objects and sends nothing. */
export function validate({ request }: Call): Handled {
  const body = parseBody(request, ValidateBody);
  return { response: body.ok ? ok({}) : body.response };
}

export const quota = ({ state }: Call): Handled => ({ response: ok({ ...state.settings.quota }) });

export const quotaConsumption = ({ state, moment }: Call): Handled => ({
  response: ok({ totalUsage: usedThisMonth(state, moment.nowMs) }),
});

/** Messages counted in the month of `nowMs`: with a new month the count begins anew. */
export function usedThisMonth(state: PlatformState, nowMs: number): number {
  const { tallies } = state;
  const month = monthOf(nowMs);
  if (tallies.quotaMonth !== undefined && tallies.quotaMonth !== month) {
    state.settings = { ...state.settings, quotaUsed: 0 };
  }
  tallies.quotaMonth = month;
  return state.settings.quotaUsed;
}

/** 404 stands for unknown, no friend, blocked and a profile nobody may see alike; LINE does not say which. */
export function profile({ state, pathId }: Call): Handled {
  const user = state.users.get(pathId);
  if (user === undefined || !user.friend || user.blocked || !user.profileConsent) {
    return { response: refuse(404, 'Not found') };
  }
  const { userId, displayName, language } = user;
  return { response: ok({ userId, displayName, language }) };
}

/** By which people find the account. */
export const BASIC_ID = '@sandbox';

export function botInfo({ state }: Call): Handled {
  const { botUserId, displayName } = state.channel;
  return {
    response: ok({ userId: botUserId, basicId: BASIC_ID, displayName, chatMode: 'bot', markAsReadMode: 'auto' }),
  };
}

export function getWebhookEndpoint({ state }: Call): Handled {
  const { webhookUrl, webhookActive } = state.settings;
  if (webhookUrl === undefined) return { response: refuse(404, 'Not found') };
  return { response: ok({ endpoint: webhookUrl, active: webhookActive }) };
}

/** LINE wants HTTPS; the sandbox takes plain HTTP too, since a laptop has no public certificate. */
const EndpointBody = z.object({ endpoint: z.url({ protocol: /^https?$/ }).max(500) });
const SetEndpoint = shaped('SetWebhookEndpointRequest', EndpointBody);
const TestEndpoint = shaped('TestWebhookEndpointRequest', EndpointBody.partial());

export function putWebhookEndpoint({ state, request }: Call): Handled {
  const body = parseBody(request, SetEndpoint);
  if (!body.ok) return { response: refuse(400, 'Invalid webhook endpoint URL') };
  state.settings = { ...state.settings, webhookUrl: body.value.endpoint };
  return { response: ok({}) };
}

/** The address a webhook test goes to, or LINE's refusal; the test itself needs the network. */
export function webhookTestTarget({ state, request }: Call): { readonly url: string } | Handled {
  const empty = request.body !== 'too_large' && request.body.length === 0;
  const body = empty ? undefined : parseBody(request, TestEndpoint);
  if (body?.ok === false) return { response: refuse(400, 'Invalid webhook endpoint URL') };
  const url = body?.value.endpoint ?? state.settings.webhookUrl;
  return url === undefined ? { response: refuse(404, 'Not found') } : { url };
}
