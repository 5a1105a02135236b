import type { Answer, EachStep, Step } from './sqlite-connection.ts';

/**
 * Steps on their way to another thread. Rows travel as one text of JSON and all their bytes as one block that changes
 * hands: copied value by value, a webhook's row took 10 µs of the sender's time; so it takes 4.
 */
export type Parcel =
  | Exclude<Step, EachStep>
  | {
      readonly do: 'rows';
      readonly text: string;
      /** JSON; where bytes stand, their number. */
      readonly rows: string;
      readonly bytesAt: readonly number[];
      readonly bytes: Uint8Array<ArrayBuffer> | undefined;
      readonly alone: boolean;
    };

/** A step as it travels, and the memory that goes with it and is the sender's no more. */
export function pack(step: Step): { readonly parcel: Parcel; readonly gone: readonly ArrayBuffer[] } {
  if (step.do === 'run') {
    const parcel = step.values.some(isBytes) ? { ...step, values: step.values.map(own) } : step;
    return { parcel, gone: [] };
  }
  if (step.do !== 'each') return { parcel: step, gone: [] };
  const { text, rows, bytesAt, alone = false } = step;
  if (bytesAt.length === 0) {
    return { parcel: { do: 'rows', text, rows: JSON.stringify(rows), bytesAt, bytes: undefined, alone }, gone: [] };
  }
  const found: Uint8Array[] = [];
  let length = 0;
  const counted = inPlaces(rows, bytesAt, (value) => {
    if (!isBytes(value)) return value;
    found.push(value);
    length += value.length;
    return value.length;
  });
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const one of found) {
    bytes.set(one, at);
    at += one.length;
  }
  return { parcel: { do: 'rows', text, rows: JSON.stringify(counted), bytesAt, bytes, alone }, gone: [bytes.buffer] };
}

/** The step as it was packed. */
export function unpack(parcel: Parcel): Step {
  if (parcel.do !== 'rows') return parcel;
  const { text, bytesAt, bytes, alone } = parcel;
  const rows = JSON.parse(parcel.rows) as unknown[][];
  if (bytes === undefined) return { do: 'each', text, rows, bytesAt, alone };
  let at = 0;
  const take = (length: unknown): unknown => {
    if (typeof length !== 'number') return length;
    at += length;
    return Buffer.from(bytes.buffer, at - length, length);
  };
  return { do: 'each', text, rows: inPlaces(rows, bytesAt, take), bytesAt, alone };
}

const inPlaces = (
  rows: readonly (readonly unknown[])[],
  places: readonly number[],
  change: (value: unknown) => unknown,
): readonly (readonly unknown[])[] =>
  rows.map((row) => {
    const changed = [...row];
    for (const place of places) changed[place] = change(row[place]);
    return changed;
  });

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
/** A small `Buffer` is a window of 8 KiB it shares with others, and all of that would be copied. */
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
