/**
 * Bad input is a value, never an exception: parsers return a `Result` and callers count rejects by `code`.
 * A `code` is API (stable, kebab-case); `detail` is one English sentence for people and may change.
 */
export interface Reject<Code extends string = string> {
  readonly code: Code;
  readonly detail: string;
}

export type Result<T, Code extends string = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reject: Reject<Code> };

export const accept = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

export const reject = <Code extends string>(
  code: Code,
  detail: string,
): { readonly ok: false; readonly reject: Reject<Code> } => ({ ok: false, reject: { code, detail } });

/** Closes a switch over a tagged union: a new variant fails to compile here. */
export function unreachable(value: never): never {
  throw new Error(`unhandled variant: ${JSON.stringify(value)}`);
}
