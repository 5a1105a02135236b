import { z } from 'zod';
import { parseHex } from '../../protocol/bytes.ts';
import { encodeIBeacon } from '../../protocol/frames/ibeacon.ts';
import { ProximityUuid } from '../../protocol/ids.ts';
import { measuredPowerDbm } from '../../protocol/units.ts';
import { Path } from './phone/street.ts';
import { MIN_TAG_INTERVAL_MS } from './phone/tag.ts';
import { NewUser } from './platform/user.ts';

const intervalMs = z.number().min(MIN_TAG_INTERVAL_MS).max(10_000).default(MIN_TAG_INTERVAL_MS);

/** A member's key fob. */
const Card = z.strictObject({
  uuid: ProximityUuid,
  major: z.int().min(0).max(0xffff),
  minor: z.int().min(0).max(0xffff),
  measuredPower: z.int().min(-128).max(127).default(-59),
  intervalMs,
});

/** Any advert at all, for instance a LINE frame somebody copied at another door. */
const Rogue = z.strictObject({
  payload: z
    .string()
    .regex(/^([0-9a-fA-F]{2}){1,31}$/, 'a payload is 1 to 31 bytes in hexadecimal')
    .transform((text) => text.toLowerCase()),
  intervalMs,
});

/**
 * Somebody walks past the shop. With neither `userId` nor `user` a phone gets a new owner with the defaults; without a
 * phone nobody is needed.
 */
export const WalkRequest = Path.extend({
  userId: z.string().optional(),
  user: NewUser.optional(),
  withPhone: z.boolean().default(true),
  card: Card.optional(),
  rogue: Rogue.optional(),
  /** Distance of the walked line from the door, metres. */
  sideM: z.number().min(-1_000).max(1_000).default(0),
}).refine((it) => it.userId === undefined || it.user === undefined, 'name a user or describe a new one, not both');
export type WalkRequest = z.infer<typeof WalkRequest>;

/** What the walker carries besides the phone: adverts with their intervals. */
export function carriedAdverts(
  request: WalkRequest,
): readonly { readonly payload: Uint8Array; readonly intervalMs: number }[] {
  const { card, rogue } = request;
  const adverts = [];
  if (card !== undefined) {
    const payload = encodeIBeacon({ ...card, measuredPower: measuredPowerDbm(card.measuredPower) });
    adverts.push({ payload, intervalMs: card.intervalMs });
  }
  if (rogue !== undefined) {
    adverts.push({ payload: parseHex(rogue.payload) ?? new Uint8Array(), intervalMs: rogue.intervalMs });
  }
  return adverts;
}
