/**
 * The description with each schema that has a title told once, under `components`, and referred to wherever it stands:
 * programs that make clients make one type of it. What a place says of it in `description` stays at that place.
 */
export function withParts<D extends Readonly<Record<string, unknown>>>(document: D): D {
  const parts: Record<string, unknown> = {};
  const told = new Map<string, string>();

  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    const inner = Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, EXAMPLES.has(key) ? value : walk(value)]),
    );
    const { title, description, ...schema } = inner;
    if (typeof title !== 'string') return inner;
    const text = JSON.stringify(schema);
    if ((told.get(title) ?? text) !== text) throw new Error(`two schemas are called ${title}`);
    told.set(title, text);
    parts[title] = { title, ...schema };
    return { $ref: `#/components/schemas/${title}`, ...(description !== undefined && { description }) };
  };

  const paths = walk(document['paths']);
  return { ...document, paths, components: { ...(document['components'] as object), schemas: parts } };
}

const EXAMPLES: ReadonlySet<string> = new Set(['example', 'examples']);
