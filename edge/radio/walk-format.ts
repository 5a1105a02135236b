import { z } from 'zod';
import { parseHex, toHex } from '../../protocol/bytes.ts';
import { Hwid, ProximityUuid } from '../../protocol/ids.ts';
import { EpochMsField, RssiField } from '../../protocol/messages/common.ts';
import type { Reject } from '../../protocol/result.ts';
import { RSSI_MAX, RSSI_MIN } from '../../protocol/units.ts';

/**
 * A walk: what one node heard, as a file of JSON lines that people may send around. The first line is the header, every
 * further one an advert. No address is in it: `from` is random per walk. A payload is there only where it is a tag of a
 * namespace or a beacon of a HWID that the header names; of everything else only its kind is told.
 */
export const WalkHeader = z.strictObject({
  walk: z.literal(1),
  startedAt: EpochMsField,
  /** Which node heard it, in which zone, and the range it had. */
  node: z.strictObject({
    id: z.string().min(1).max(64),
    store: z.string().min(1).max(64).optional(),
    zone: z.string().min(1).max(64).optional(),
    enterDbm: z.int().min(RSSI_MIN).max(RSSI_MAX).optional(),
  }),
  namespaces: z.array(ProximityUuid),
  hwids: z.array(Hwid),
});
export type WalkHeader = z.infer<typeof WalkHeader>;

/** What is told of an advert whose payload is kept back; `other` is no beacon. */
export const WalkKind = z.enum([
  'line-simple-beacon',
  'line-secure-beacon',
  'ibeacon',
  'eddystone-uid',
  'altbeacon',
  'other',
]);
export type WalkKind = z.infer<typeof WalkKind>;

/** No timer waits longer, and a replay goes through all of it. */
const MAX_WALK_MS = 2 ** 31 - 1;

const heard = {
  /** Milliseconds since the start of the walk. */
  t: z.number().nonnegative().max(MAX_WALK_MS, 'a walk lasts 24 days at most'),
  from: z.string().min(1).max(32),
  rssi: RssiField.optional(),
};
const payload = z
  .string()
  .regex(/^([0-9a-fA-F]{2}){1,31}$/, 'a payload is 1 to 31 bytes in hexadecimal')
  .transform((text) => parseHex(text) ?? new Uint8Array(0));

const KeptAdvert = z.strictObject({ ...heard, payload });
const ReducedAdvert = z.strictObject({ ...heard, kind: WalkKind });
export const WalkAdvert = z.union([KeptAdvert, ReducedAdvert]);
export type WalkAdvert = z.infer<typeof WalkAdvert>;

export interface Walk {
  readonly header: WalkHeader;
  /** In the order of `t`. */
  readonly adverts: readonly WalkAdvert[];
  /** The recording was cut off in the middle of its last line, which is left out. */
  readonly truncated: boolean;
}

export type WalkRejectCode = 'walk-empty' | 'walk-header' | 'walk-advert' | 'walk-order';

/** What is wrong with a walk; `line` counts from 1, as editors do. */
export interface WalkReject extends Reject<WalkRejectCode> {
  readonly line: number;
}

export type WalkResult =
  | { readonly ok: true; readonly value: Walk }
  | { readonly ok: false; readonly reject: WalkReject };

export const encodeWalkHeader = (header: WalkHeader): string => `${JSON.stringify(header)}\n`;

export function encodeWalkAdvert(advert: WalkAdvert): string {
  const { t, from, rssi } = advert;
  const what = 'payload' in advert ? { payload: toHex(advert.payload) } : { kind: advert.kind };
  return `${JSON.stringify({ t, from, ...(rssi === undefined ? {} : { rssi }), ...what })}\n`;
}

export function parseWalk(text: string): WalkResult {
  const lines = text.split('\n');
  const whole = lines.pop() === '';
  const [first, ...rest] = whole ? lines : text.split('\n');
  if (first === undefined || first === '') return refuse('walk-empty', 1, 'the file is empty');
  const header = WalkHeader.safeParse(parseJson(first));
  if (!header.success) return refuse('walk-header', 1, `this is not the header of a walk: ${explain(header.error)}`);
  const adverts: WalkAdvert[] = [];
  let before = 0;
  for (const [index, line] of rest.entries()) {
    const json = parseJson(line);
    // Power was lost or the program killed while it wrote: the rest of the walk is good.
    if (json === undefined && !whole && index === rest.length - 1) {
      return { ok: true, value: { header: header.data, adverts, truncated: true } };
    }
    if (json === undefined) return refuse('walk-advert', index + 2, 'this is not JSON');
    const advert = WalkAdvert.safeParse(json);
    if (!advert.success) return refuse('walk-advert', index + 2, `this is not an advert: ${explain(advert.error)}`);
    if (advert.data.t < before) {
      return refuse('walk-order', index + 2, `time runs backwards, from ${before} to ${advert.data.t} ms`);
    }
    before = advert.data.t;
    adverts.push(advert.data);
  }
  return { ok: true, value: { header: header.data, adverts, truncated: false } };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const refuse = (code: WalkRejectCode, line: number, detail: string): WalkResult => ({
  ok: false,
  reject: { code, line, detail },
});

/** The first complaint of each field; of a union the one that got furthest. */
function explain(error: z.ZodError): string {
  const issues = error.issues.flatMap((issue) =>
    issue.code === 'invalid_union' ? (issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? []) : [issue],
  );
  return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('; ');
}
