import { type FormLinker, fillIn } from './engine.ts';
import { type JsonNode, readJson } from './json-tree.ts';
import type { JsonTrouble } from './json-trouble.ts';
import { messageProblems } from './limits.ts';
import type { MessageContext } from './render.ts';
import { isFields } from './shape.ts';
import { type Origin, originsOf } from './source-map.ts';

/** What keeps a template from making LINE messages, and where in the template that is, if it can be known. */
export type TemplateProblem = { readonly origin?: Origin } & (
  | { readonly kind: 'json'; readonly trouble: JsonTrouble; readonly openedAt?: Origin }
  /** LINE would refuse what stands at `property`; `given`: what stands there. */
  | { readonly kind: 'limit'; readonly property: string; readonly message: string; readonly given: unknown }
  /** It is JSON, but no message: nothing, something that is no object, or one without a `type`. */
  | { readonly kind: 'no-message'; readonly property: string; readonly keys: readonly string[] | undefined }
);

/**
 * All that is wrong with what a template makes of this context; empty where nothing is, or where it makes nothing at all.
 * Takes a hundred times as long as trying it, so it is for templates found wrong.
 */
export function diagnose(
  source: string,
  context: MessageContext,
  formLink: FormLinker | undefined,
): readonly TemplateProblem[] {
  let made: string;
  try {
    made = fillIn(source, context, formLink);
  } catch {
    return [];
  }
  const read = readJson(made);
  if (read === undefined) return [];
  const originOf = originsOf({ source, context, formLink }, made);
  const from = (at: number) => {
    const origin = originOf?.(at);
    return origin === undefined ? {} : { origin };
  };
  if (!read.ok) {
    const { trouble } = read;
    // These are told behind what stands before, and that is where it comes from.
    const isBehind =
      trouble.kind === 'comma-missing' || trouble.kind === 'colon-missing' || trouble.kind === 'text-ended';
    const before = isBehind ? originOf?.(trouble.at - 1) : undefined;
    const origin = before && (before.inValue ? before : { ...before, offset: before.offset + 1 });
    const openedAt = trouble.kind === 'wrong-closer' ? originOf?.(trouble.openedAt) : undefined;
    return [
      {
        kind: 'json',
        trouble,
        ...(origin === undefined ? from(trouble.at) : { origin }),
        ...(openedAt !== undefined && { openedAt }),
      },
    ];
  }
  return problemsOf(JSON.parse(made), read.root).map(({ at, ...problem }) => ({ ...problem, ...from(at) }));
}

type Placed<Problem> = Problem extends unknown ? Problem & { readonly at: number } : never;

function problemsOf(value: unknown, root: JsonNode): Placed<TemplateProblem>[] {
  const isList = Array.isArray(value);
  const messages: unknown[] = isList ? value : [value];
  const list: JsonNode = isList ? root : { at: root.at, parts: new Map([[0, root]]) };
  const strangers = messages.length === 0 ? [value] : messages.filter((each) => !isTyped(each));
  if (strangers.length > 0) {
    return strangers.map((stranger) => {
      const property = messages.length === 0 ? 'messages' : `messages[${messages.indexOf(stranger)}]`;
      const keys = isFields(stranger) ? Object.keys(stranger) : undefined;
      return { kind: 'no-message', property, keys, at: nodeAt(list, property)?.at ?? root.at };
    });
  }
  return messageProblems(messages).map(({ property, message }) => ({
    kind: 'limit',
    property,
    message,
    given: partsOf(property).reduce<unknown>(
      (part, name) => (typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[name] : undefined),
      messages,
    ),
    at: nodeAt(list, property)?.at ?? root.at,
  }));
}

const isTyped = (value: unknown): boolean => isFields(value) && typeof value['type'] === 'string';

/** `messages[0].contents.body` → 0, contents, body. */
const partsOf = (property: string): (string | number)[] =>
  [...property.matchAll(/\[(\d+)\]|\.([^.[\]]+)/g)].map(([, index, name = '']) =>
    index === undefined ? name : Number(index),
  );

/** Of what is missing, the place of what it is missing in. */
function nodeAt(list: JsonNode, property: string): JsonNode | undefined {
  let node: JsonNode | undefined = list;
  for (const part of partsOf(property)) {
    const next: JsonNode | undefined = node.parts.get(part);
    if (next === undefined) break;
    node = next;
  }
  return node;
}
