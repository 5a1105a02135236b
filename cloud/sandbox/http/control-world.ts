import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { errorMessage } from '../../../protocol/error-message.ts';
import type { Host } from '../host.ts';
import type { People } from '../people.ts';
import { SettingsPatch } from '../platform/settings.ts';
import { signatureOf } from '../platform/webhook.ts';
import { WalkRequest } from '../walk-request.ts';
import type { Walks } from '../walks.ts';
import { readBody, sendError } from './answers.ts';

const RawWebhook = z.strictObject({
  /** Text is sent byte for byte; anything else as JSON. */
  body: z.union([z.string(), z.looseObject({})]),
  /** Left out: the right one; `null`: no header at all. */
  signature: z.string().nullable().optional(),
});

/** Routes about the world: walks, settings, forged webhooks. */
export function addWorldRoutes(
  app: FastifyInstance,
  { host, people, walks }: { readonly host: Host; readonly people: People; readonly walks: Walks },
): void {
  const { state } = host;

  app.post('/sandbox/walk', async (request, reply) => {
    const body = readBody(request.body, WalkRequest);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    const { userId, user, withPhone } = body.value;
    if (userId !== undefined && !state.users.has(userId))
      return sendError(reply, 'unknown_user', 'nobody has this id; pharos sandbox walk makes somebody');
    const made = userId === undefined && (user !== undefined || withPhone) ? people.make(user ?? {}) : undefined;
    if (typeof made === 'string') return sendError(reply, made, 'this person cannot be made');
    try {
      const result = await walks.walk(body.value, userId ?? made?.userId);
      return result === 'street_full' ? sendError(reply, result, 'too many people are out at once') : result;
    } catch (error) {
      return sendError(reply, 'radio_failed', errorMessage(error));
    }
  });
  app.delete<{ Params: { readonly id: string } }>('/sandbox/walks/:id', ({ params }, reply) =>
    walks.end(params.id) ? {} : sendError(reply, 'unknown_walk', 'nobody stayed at the door under this id'),
  );

  app.get('/sandbox/settings', () => state.settings);
  app.put('/sandbox/settings', (request, reply) => {
    const body = readBody(request.body, SettingsPatch);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    const given = Object.entries(body.value).filter(([, value]) => value !== undefined);
    state.settings = { ...state.settings, ...Object.fromEntries(given) };
    state.buckets.clear();
    return state.settings;
  });
  app.post('/sandbox/raw-webhook', async (request, reply) => {
    const body = readBody(request.body, RawWebhook);
    if (!body.ok) return sendError(reply, body.reject.code, body.reject.detail);
    const { webhookUrl } = state.settings;
    if (webhookUrl === undefined) return sendError(reply, 'no_webhook_url', 'set webhookUrl first');
    const text = typeof body.value.body === 'string' ? body.value.body : JSON.stringify(body.value.body);
    const { signature = signatureOf(state.channel.secret, text) } = body.value;
    return host.sender.post(webhookUrl, text, signature ?? undefined);
  });
}
