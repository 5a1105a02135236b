/**
 * The description with each schema that has a title told once, under `components`, and referred to wherever it stands:
 * programs that make clients make one type of it. What a place says of it in `description` stays at that place. So is
 * what holds itself, which a schema keeps under `$defs`: in a document that would refer to nothing.
 */
export function withParts<D extends Readonly<Record<string, unknown>>>(document: D): D {
  const parts: Record<string, unknown> = {};
  const told = new Map<string, string>();

  const tell = (name: string, schema: object): string => {
    const text = JSON.stringify(schema);
    if ((told.get(name) ?? text) !== text) throw new Error(`two schemas are called ${name}`);
    told.set(name, text);
    parts[name] = { title: name, ...schema };
    return PART + name;
  };

  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    const { $defs = {}, $ref, ...rest } = node as { readonly $defs?: object; readonly $ref?: unknown };
    for (const [key, schema] of Object.entries($defs)) tell(nameOf(key), walk(schema) as object);
    const inner: Record<string, unknown> = Object.fromEntries(
      Object.entries(rest).map(([key, value]) => [key, EXAMPLES.has(key) ? value : walk(value)]),
    );
    if (typeof $ref === 'string') return { $ref: PART + nameOf($ref.slice(DEFINED.length)), ...inner };
    const { title, description, ...schema } = inner;
    if (typeof title !== 'string') return inner;
    return { $ref: tell(title, schema), ...(description !== undefined && { description }) };
  };

  const paths = walk(document['paths']);
  return { ...document, paths, components: { ...(document['components'] as object), schemas: parts } };
}

const PART = '#/components/schemas/';
const DEFINED = '#/$defs/';
const EXAMPLES: ReadonlySet<string> = new Set(['example', 'examples']);

/** Zod numbers what holds itself. */
const CALLED: Readonly<Record<string, string>> = { __schema0: 'Condition' };

function nameOf(key: string): string {
  const name = CALLED[key];
  if (name === undefined) throw new Error(`what holds itself has no name: ${key}`);
  return name;
}
