import type { Answer, Step } from './sqlite-connection.ts';

/**
 * Bytes on their way between threads, where a value is copied together with all of the memory it is a window of: a small
 * `Buffer` shares 8 KiB with others. Those of many rows travel as texts, a character a byte, which are copied five times
 * as fast as arrays.
 */
export function pack(step: Step): Step {
  switch (step.do) {
    case 'run':
      return step.values.some(isBytes) ? { ...step, values: step.values.map(own) } : step;
    case 'each':
      return { ...step, rows: inPlaces(step.rows, step.bytesAt, (value) => (isBytes(value) ? asText(value) : value)) };
    default:
      return step;
  }
}

/** The step as it was packed. */
export const unpack = (step: Step): Step =>
  step.do === 'each' ? { ...step, rows: inPlaces(step.rows, step.bytesAt, asBytes) } : step;

const inPlaces = (
  rows: readonly (readonly unknown[])[],
  places: readonly number[],
  change: (value: unknown) => unknown,
): readonly (readonly unknown[])[] =>
  places.length === 0
    ? rows
    : rows.map((row) => {
        const changed = [...row];
        for (const place of places) changed[place] = change(row[place]);
        return changed;
      });

const asText = (bytes: Uint8Array): string => asBuffer(bytes).toString('latin1');
const asBytes = (value: unknown): unknown => (typeof value === 'string' ? Buffer.from(value, 'latin1') : value);

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const own = (value: unknown): unknown => (isBytes(value) ? new Uint8Array(value) : value);

export const hasBytes = ({ rows }: Answer): boolean => rows.some((row) => Object.values(row).some(isBytes));

/** The answer with `Buffer`s, as the database itself gives them: what comes from another thread is a plain array. */
export const withBuffers = (answer: Answer): Answer => ({
  ...answer,
  rows: answer.rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, isBytes(value) ? asBuffer(value) : value])),
  ),
});

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
