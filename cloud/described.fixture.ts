import { z } from 'zod';

/** Schemas of answers as `/v1/openapi.json` has them. */
interface Described {
  readonly components?: { readonly schemas?: Readonly<Record<string, object>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: object }>> }>>;
}

/**
 * What an answer says that its description does not, or the other way round; `undefined` where they agree. Stricter than
 * a reader should be: what is not described is a fault.
 */
export function describedFault(
  { paths, components }: Described,
  asked: { readonly method: string; readonly path: string },
  answered: { readonly status: number; readonly body: unknown },
): string | undefined {
  const method = asked.method.toLowerCase();
  const meant = Object.keys(paths).filter((each) => patternOf(each).test(asked.path));
  const route = meant.find((each) => each === asked.path) ?? meant.find((each) => paths[each]?.[method] !== undefined);
  const responses = paths[route ?? '']?.[method]?.responses;
  if (responses === undefined) return answered.status === 404 ? undefined : 'no such route is described';
  const schema = responses[answered.status]?.content?.['application/json']?.schema;
  if (schema === undefined) return `no answer ${answered.status} is described`;
  const read = readerOf(schema, components?.schemas ?? {}).safeParse(answered.body);
  return read.success ? undefined : z.prettifyError(read.error);
}

const patternOf = (route: string): RegExp => new RegExp(`^${route.replace(/\{[^}]+\}/g, '[^/]+')}$`);

const readers = new WeakMap<object, z.ZodType>();
function readerOf(schema: object, parts: Readonly<Record<string, object>>): z.ZodType {
  const known = readers.get(schema);
  if (known !== undefined) return known;
  const made = z.fromJSONSchema(closed(schema, parts) as Parameters<typeof z.fromJSONSchema>[0]);
  readers.set(schema, made);
  return made;
}

/** References written out; and objects that list their properties have no others. */
function closed(schema: unknown, parts: Readonly<Record<string, object>>): unknown {
  if (Array.isArray(schema)) return schema.map((each) => closed(each, parts));
  if (typeof schema !== 'object' || schema === null) return schema;
  if ('$ref' in schema) return closed(parts[String(schema.$ref).replace('#/components/schemas/', '')], parts);
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value, parts)]));
  return 'properties' in inner && inner['type'] === 'object' && !('additionalProperties' in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}

const watched = new Map<string, string>();
const real = globalThis.fetch;
let document: Promise<Described> | undefined;

/**
 * From now on whatever a test, a command or a till asks of this server over `fetch` must be answered as the description
 * of its API says; where it is not, the question itself fails.
 */
export function watchAnswers(origin: string, adminToken: string): void {
  watched.set(origin, adminToken);
  globalThis.fetch = watchingFetch;
}

const watchingFetch: typeof fetch = async (input, init) => {
  const response = await real(input, init);
  const { origin, pathname } = new URL(input instanceof Request ? input.url : input);
  const token = watched.get(origin);
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  if (token === undefined || !pathname.startsWith('/v1/') || !isJson) return response;
  // The same for every server of a run, so asked for once.
  document ??= real(`${origin}/v1/openapi.json`, { headers: { authorization: `Bearer ${token}` } }).then(
    async (answer) => (await answer.json()) as Described,
  );
  const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
  const answered = { status: response.status, body: (await response.clone().json()) as unknown };
  const fault = describedFault(await document, { method, path: pathname }, answered);
  if (fault === undefined) return response;
  throw new Error(
    `${method} ${pathname} answered ${answered.status}, not as cloud/http/answers describes it: ${fault}\n${JSON.stringify(answered.body)}`,
  );
};
