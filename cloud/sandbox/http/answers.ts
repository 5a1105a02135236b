import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Result, reject } from '../../../protocol/result.ts';

/** Why the sandbox did not do as asked. Codes are API. */
export type ControlErrorCode =
  | 'bad_request'
  | 'unknown_user'
  | 'unknown_walk'
  | 'user_exists'
  | 'too_many_users'
  | 'user_blocked'
  | 'no_such_button'
  | 'bad_link_token'
  | 'no_webhook_url'
  | 'street_full'
  | 'radio_failed'
  | 'unknown_path';

const STATUS: Record<ControlErrorCode, number> = {
  bad_request: 400,
  unknown_user: 404,
  unknown_walk: 404,
  unknown_path: 404,
  no_such_button: 404,
  bad_link_token: 400,
  user_exists: 409,
  user_blocked: 409,
  no_webhook_url: 409,
  too_many_users: 429,
  street_full: 429,
  radio_failed: 503,
};

/** An error of the control API: `{"error":{"code","message"}}`. */
export const sendError = (reply: FastifyReply, code: ControlErrorCode, message: string): FastifyReply =>
  reply.code(STATUS[code]).send({ error: { code, message } });

/** The JSON body as `schema` has it; an absent body counts as `{}`. */
export function readBody<S extends z.ZodType>(body: unknown, schema: S): Result<z.infer<S>, 'bad_request'> {
  const text = body instanceof Uint8Array && body.length > 0 ? Buffer.from(body).toString('utf8') : '{}';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return reject('bad_request', 'the body is not JSON');
  }
  const parsed = schema.safeParse(json);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : reject('bad_request', z.prettifyError(parsed.error).replace(/\s*\n\s*/g, ' '));
}
