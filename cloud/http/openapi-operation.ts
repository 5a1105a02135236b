import { z } from 'zod';
import { errorOf } from './answers/common.ts';
import type { Refusals, RouteAbout } from './route.ts';

/** One route as the description of the API has it: what it takes, what it answers, and each refusal with its codes. */
export function operation(
  about: RouteAbout,
  roles: readonly string[],
  { method, url }: { readonly method: string; readonly url: string },
): Record<string, unknown> {
  const { summary, params, query, body, keyed } = about;
  const words = url.split('/').filter((word) => word !== '' && word !== 'v1');
  return {
    // What programs that make clients call it.
    operationId: [method.toLowerCase(), ...words].join('_').replace(/[^a-z_]/g, ''),
    summary,
    description: `Roles: ${roles.join(', ')}.`,
    tags: [words[0] ?? 'v1'],
    'x-roles': roles,
    ...(params && { params: jsonSchema(params) }),
    ...(query && { querystring: jsonSchema(query) }),
    ...(keyed && { headers: jsonSchema(KeyHeader) }),
    ...(body && { body: jsonSchema(body) }),
    response: { ...doneOf(about), ...refusalsOf(about) },
  };
}

const KeyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .describe(
      '1 to 128 printable characters, such as a UUID: a new one with every press of the button, the same one when repeating after a lost answer. An answer is kept for 30 days',
    ),
});

const REPLAYED = {
  'Idempotency-Replayed': { type: 'string', description: '`true` where this was done before, and is answered again' },
};
const RETRY_AFTER = { 'Retry-After': { type: 'integer', description: 'seconds to wait' } };

function doneOf({ answer, also, lines, status = 200, keyed }: RouteAbout): Record<string, unknown> {
  if (lines !== undefined) {
    const content = { 'application/x-ndjson': { schema: jsonSchema(lines) } };
    return { [status]: { description: 'Done: a line of JSON for each.', content } };
  }
  const answers = Object.entries({ [status]: answer ?? z.looseObject({}), ...also });
  return Object.fromEntries(
    answers.map(([each, schema]) => [
      each,
      { description: 'Done.', ...(keyed && { headers: REPLAYED }), ...jsonSchema(schema) },
    ]),
  );
}

/** Told of every route that can be met with them, so that no route has to. */
function everywhere({ params, query, body }: RouteAbout): Refusals {
  const takes = params !== undefined || query !== undefined || body !== undefined;
  return {
    ...(body && { 400: ['bad_request'], 408: ['bad_request'] }),
    401: ['bad_token'],
    403: ['role_not_allowed'],
    ...(body && { 413: ['bad_request'], 415: ['bad_request'] }),
    ...(takes && { 422: ['bad_request', 'bad_text'] }),
    500: ['internal'],
  };
}

const WHAT: Readonly<Record<number, string>> = {
  400: 'The body is no JSON.',
  401: 'Nobody’s token.',
  403: 'Not with this token.',
  404: 'There is no such thing.',
  408: 'The body did not arrive in time.',
  409: 'Not as things are.',
  413: 'The body is too large.',
  415: 'The body is no JSON.',
  422: 'Not understood; nothing was done.',
  429: 'Too much at once, or too many wrong codes.',
  500: 'Something broke on our side. What was asked may have been done: ask again, with the same key where there is one.',
};

function refusalsOf(about: RouteAbout): Record<string, unknown> {
  const all = new Map<number, readonly (string | z.ZodType)[]>();
  for (const some of [everywhere(about), about.refuses]) {
    for (const [status, refusals] of Object.entries(some))
      all.set(Number(status), [...(all.get(Number(status)) ?? []), ...refusals]);
  }
  const told = [...all].map(([status, refusals]) => [
    status,
    {
      description: WHAT[status] ?? 'Refused.',
      ...(status === 429 && { headers: RETRY_AFTER }),
      ...jsonSchema(z.object({ error: errorsOf(refusals) })),
    },
  ]);
  return Object.fromEntries(told);
}

function errorsOf(refusals: readonly (string | z.ZodType)[]): z.ZodType {
  const codes = refusals.filter((refusal) => typeof refusal === 'string');
  const types = refusals.filter((refusal) => typeof refusal !== 'string');
  const all = [...(codes.length === 0 ? [] : [errorOf(z.enum(codes))]), ...types];
  const [only, ...more] = all;
  return only !== undefined && more.length === 0 ? only : z.union(all);
}

/**
 * What JSON Schema cannot say (checks between fields) is left out, and so are bounds that all whole numbers have and words
 * meant for editors of files.
 */
function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema: made }) {
      if (made.maximum === Number.MAX_SAFE_INTEGER) delete made.maximum;
      delete made['zh-TW'];
      if (made.minimum === Number.MIN_SAFE_INTEGER) delete made.minimum;
    },
  });
  return described;
}
