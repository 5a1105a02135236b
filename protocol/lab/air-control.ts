import { z } from 'zod';
import { accept, type Result, reject } from '../result.ts';

/**
 * How a test or a sandbox plays with the virtual air: one JSON message per line into its control socket, one
 * {@link AirReply} per line back, in order. A message has exactly one key, which says what it does:
 *
 *     {"set":{"loss":0.3,"noise":4}}                                 the air's defaults
 *     {"place":{"address":"02:50:48:00:00:01","x":3,"y":0}}          a controller's position, in metres
 *     {"place":{"label":"shop-door","x":0,"y":0}}                    kept for a controller that has yet to come, or comes back
 *     {"link":{"from":"shop-door","to":"02:50:48:00:00:01","rssi":-88,"loss":0.9}}   one direction; replaces the former
 *     {"phantoms":{"count":500,"intervalMs":300,"payload":"0201061aff4c00…","rssi":-80,"rotateAddressMs":60000}}
 *     {"hang":"shop-door"} {"unhang":"shop-door"} {"forget":"shop-door"}
 *     {"stats":true}
 *
 * Controllers are named by public address (a host learns it by Read BD Addr) or by the label its host gave.
 */
const ControllerName = z.string().min(1).max(64);
const Address = z
  .string()
  .regex(/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/, 'an address looks like 02:50:48:00:00:01')
  .transform((text) => text.toLowerCase());
const Probability = z.number().min(0).max(1);
const Dbm = z.number().min(-127).max(20);
const Metres = z.number();

/** `loss` is a probability, `noise` the standard deviation in dB; what is not named stays. */
export const AirSettings = z.strictObject({
  loss: Probability,
  rssi: Dbm,
  noise: z.number().min(0).max(40),
  advDelayMs: z.number().min(0).max(1000),
  pathLossExponent: z.number().min(0).max(10),
  txPowerAt1m: Dbm,
  sensitivity: Dbm,
});
export type AirSettings = z.infer<typeof AirSettings>;

const Place = z.union([
  z.strictObject({ address: Address, x: Metres, y: Metres }),
  z.strictObject({ label: ControllerName, x: Metres, y: Metres }),
]);
const Link = z.strictObject({
  from: ControllerName,
  to: ControllerName,
  rssi: Dbm.optional(),
  loss: Probability.optional(),
});

/** Advertisers without a host; each message replaces the crowd, `count` 0 sends it home. The crowd's link name is `phantoms`. */
export const Phantoms = z.strictObject({
  count: z.int().min(0).max(100_000),
  intervalMs: z.number().min(20).max(60_000).default(300),
  payload: z
    .string()
    .regex(/^([0-9a-fA-F]{2}){0,31}$/, 'a payload is at most 31 bytes in hexadecimal')
    .default('020106'),
  pduType: z.literal([0, 2, 3]).default(3),
  rssi: Dbm.default(-75),
  /** 0: an address is kept for ever. */
  rotateAddressMs: z.number().min(0).default(0),
});
export type Phantoms = z.infer<typeof Phantoms>;

/** `hang`: the chip stops, answers nothing, sends nothing, until `unhang`. `forget`: it loses its state as if reset unseen. */
const VERBS = {
  set: z.strictObject({ set: AirSettings.partial() }),
  place: z.strictObject({ place: Place }),
  link: z.strictObject({ link: Link }),
  phantoms: z.strictObject({ phantoms: Phantoms }),
  hang: z.strictObject({ hang: ControllerName }),
  unhang: z.strictObject({ unhang: ControllerName }),
  forget: z.strictObject({ forget: ControllerName }),
  stats: z.strictObject({ stats: z.literal(true) }),
};

export const AirMessage = z.union(Object.values(VERBS));
/** A message as the air understands it, defaults filled in. */
export type AirMessage = z.output<typeof AirMessage>;
/** A message as a client writes it. */
export type AirMessageInput = z.input<typeof AirMessage>;

const AirController = z.object({
  address: z.string(),
  label: z.string().optional(),
  advertising: z.boolean(),
  scanning: z.boolean(),
  hung: z.boolean(),
  position: z.object({ x: z.number(), y: z.number() }).optional(),
});
export type AirController = z.infer<typeof AirController>;

/** Adverts sent; reports delivered to hosts; reports dropped because a host did not read. */
export const AirStats = z.object({
  sent: z.number(),
  delivered: z.number(),
  dropped: z.number(),
  controllers: z.array(AirController),
});
export type AirStats = z.infer<typeof AirStats>;

const AIR_REJECT_CODES = ['not-json', 'unknown-message', 'bad-message', 'unknown-controller'] as const;
export type AirRejectCode = (typeof AIR_REJECT_CODES)[number];

/** Every accepted message is answered with the air's state after it. */
export const AirReply = z.discriminatedUnion('ok', [
  AirStats.extend({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), reject: z.object({ code: z.enum(AIR_REJECT_CODES), detail: z.string() }) }),
]);
export type AirReply = z.infer<typeof AirReply>;

/** Reads one line from a control socket. */
export function parseAirMessage(line: string): Result<AirMessage, AirRejectCode> {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return reject('not-json', 'a message is one line of JSON');
  }
  const verb = typeof json === 'object' && json !== null ? Object.keys(json)[0] : undefined;
  if (verb === undefined || !isVerb(verb)) {
    return reject('unknown-message', `a message is an object with one of the keys ${Object.keys(VERBS).join(', ')}`);
  }
  const parsed = VERBS[verb].safeParse(json);
  return parsed.success ? accept(parsed.data) : reject('bad-message', z.prettifyError(parsed.error));
}

const isVerb = (key: string): key is keyof typeof VERBS => Object.hasOwn(VERBS, key);
