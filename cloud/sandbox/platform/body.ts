import type { z } from 'zod';
import { type ApiRequest, type ApiResponse, refuse } from './answer.ts';
import { messageErrors, propertyPath } from './messages/details.ts';

type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly response: ApiResponse };

/** LINE reads two megabytes of a request and no more. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024;

const failed = (response: ApiResponse): { readonly ok: false; readonly response: ApiResponse } => ({
  ok: false,
  response,
});

/** The JSON body of a request as `schema` has it, or the 400, 413 or 415 LINE answers. */
export function parseBody<S extends z.ZodType>(request: ApiRequest, schema: S): Parsed<z.infer<S>> {
  const { body } = request;
  if (body === 'too_large' || body.length > MAX_BODY_BYTES) return failed(refuse(413, 'Request Entity Too Large'));
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type))
    return failed(refuse(415, `The content type, ${type}, is not supported`));
  const json = parseJson(body);
  if (!json.ok) return failed(refuse(400, 'The request body could not be parsed as JSON (line: -, column: -)'));
  const parsed = schema.safeParse(json.value, { reportInput: true });
  return parsed.success ? { ok: true, value: parsed.data } : failed(bodyErrors(parsed.error));
}

/** Message objects are judged with details; a broken envelope names its one property in the text. */
function bodyErrors(error: z.ZodError): ApiResponse {
  const envelope = error.issues.find(({ path }) => path[0] !== 'messages');
  if (envelope !== undefined) {
    return refuse(
      400,
      `The property, ${propertyPath(envelope.path)}, in the request body is invalid (line: -, column: -)`,
    );
  }
  const wrong = messageErrors(error);
  const { details } = wrong;
  return wrong.kind === 'flex'
    ? refuse(400, `A message (messages[${wrong.index}]) in the request body is invalid`, { details })
    : refuse(400, `The request body has ${details.length} error(s)`, { details });
}

function parseJson(bytes: Uint8Array): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return { ok: false };
  }
}
