import { isMap, isScalar, isSeq, type LineCounter, type Node, type ParsedNode, type Scalar } from 'yaml';

/** Where something stands in a file, counted from 1 as editors do. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export type DocumentPath = readonly (string | number)[];

/** What a path leads to in a YAML tree; where it leads nowhere, how far it went. */
export interface Found {
  /** Offset of the key of the last part that exists, or of the element of a list. */
  readonly keyOffset: number;
  /** Offset of the value behind it. */
  readonly valueOffset: number;
  /** The whole path exists. */
  readonly whole: boolean;
  readonly scalar?: Scalar;
}

export function find(root: Node | ParsedNode | null, path: DocumentPath): Found {
  const start = offsetOf(root) ?? 0;
  let [keyOffset, valueOffset] = [start, start];
  let node: unknown = root;
  for (const part of path) {
    const next = step(node, part);
    if (next === undefined) return { keyOffset, valueOffset, whole: false };
    keyOffset = offsetOf(next.key) ?? offsetOf(next.value) ?? keyOffset;
    valueOffset = offsetOf(next.value) ?? keyOffset;
    node = next.value;
  }
  return { keyOffset, valueOffset, whole: true, ...(isScalar(node) && { scalar: node }) };
}

export function placeAt(file: string, lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(1, line), column: Math.max(1, col) };
}

function step(node: unknown, part: string | number): { readonly key?: unknown; readonly value: unknown } | undefined {
  if (isMap(node)) {
    return node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
  }
  if (isSeq(node) && typeof part === 'number' && part < node.items.length) return { value: node.items[part] };
  return undefined;
}

function offsetOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined;
  const [start]: unknown[] = node.range;
  return typeof start === 'number' ? start : undefined;
}
