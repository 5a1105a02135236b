import { z } from 'zod';
import { Hwid } from '../../protocol/ids.ts';
import { OpeningHours } from './broadcast-hours.ts';
import { ADVERTISING_INTERVAL_MAX_MS, ADVERTISING_INTERVAL_MIN_MS, ADVERTISING_UNIT_MS } from './thresholds.ts';

/**
 * What a node broadcasts and how: one YAML file in `firmware-config/profiles`, shared by many nodes. Who the node is
 * (HWID, keys, iBeacon identity) stands in its bundle. The JSON Schema for editors is made from this one.
 */
const weight = z
  .int()
  .min(1)
  .max(10)
  .default(1)
  .describe('share of the slices: a frame of weight 2 is on air twice as long as one of weight 1');

export const ProfileFrame = z.discriminatedUnion('frame', [
  z.strictObject({
    frame: z.literal('line-simple').describe('LINE Simple Beacon frame, with the device message'),
    weight,
  }),
  z.strictObject({
    frame: z.literal('line-secure').describe('LINE Beacon frame of an approved device; the node bundle needs its keys'),
    weight,
  }),
  z.strictObject({
    frame: z.literal('ibeacon'),
    identity: z
      .enum(['node', 'line-region'])
      .default('node')
      .describe('node: the identity in the node bundle; line-region: the one by which iOS knows any LINE Beacon'),
    weight,
  }),
]);
export type ProfileFrame = z.infer<typeof ProfileFrame>;

const onGrid = (ms: number): boolean => Number.isInteger(ms / ADVERTISING_UNIT_MS);

export const BroadcastProfile = z
  .strictObject({
    v: z.literal(1).describe('version of this format'),
    description: z.string().max(500).optional(),
    intervalMs: z
      .number()
      .min(ADVERTISING_INTERVAL_MIN_MS, 'controllers refuse non-connectable adverts denser than 100 ms')
      .max(ADVERTISING_INTERVAL_MAX_MS, 'phones range beacons once a second; rarer adverts are missed')
      .refine(onGrid, 'an interval is a multiple of 0.625 ms, such as 100, 152.5 or 250')
      .default(152.5)
      .describe('time between two adverts; the controller adds 0 to 10 ms'),
    sliceMs: z
      .number()
      .min(ADVERTISING_INTERVAL_MIN_MS)
      .max(60_000)
      .optional()
      .describe('how long one frame stays on air before the next takes over (default: three adverts)'),
    frames: z.array(ProfileFrame).min(1).max(16).describe('what is on air, in this order, interleaved by weight'),
    deviceMessage: z
      .enum(['signed', 'fixed', 'none'])
      .default('signed')
      .describe('signed: changes with time and proves the door; fixed: node index only; none: the byte 00'),
    hwids: z
      .union([z.enum(['own', 'all']), z.array(Hwid).min(1).max(10)])
      .default('own')
      .describe('LINE HWIDs in rotation. own: the one of the node bundle; all: also its furtherHwids; or a list'),
    hours: z
      .union([z.literal('always'), OpeningHours])
      .default('always')
      .describe('when the beacon is on air'),
    txPowerNote: z
      .string()
      .max(200)
      .optional()
      .describe('how the radio was set up; a note only, adapters have no common command for it'),
  })
  .superRefine((profile, context) => {
    const { frames, intervalMs, sliceMs, hwids } = profile;
    const complain = (path: PropertyKey[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    const has = (kind: ProfileFrame['frame']): boolean => frames.some(({ frame }) => frame === kind);
    if (sliceMs !== undefined && sliceMs < intervalMs + 10) {
      complain(['sliceMs'], 'a slice holds at least one advert: make it intervalMs + 10 or longer');
    }
    if (!has('line-secure')) return;
    if (has('line-simple'))
      complain(['frames'], 'LINE issues a HWID for one kind of frame: line-simple or line-secure');
    if (hwids !== 'own') complain(['hwids'], 'the keys of line-secure belong to one HWID: use own');
    if (!frames.some((entry) => entry.frame === 'ibeacon' && entry.identity === 'line-region')) {
      complain(['frames'], 'line-secure requires { frame: ibeacon, identity: line-region } beside it');
    }
  });
export type BroadcastProfile = z.infer<typeof BroadcastProfile>;

export const DEFAULT_PROFILE_NAME = 'line-and-ibeacon';

/** The profile of that name, built in: a node without its configuration folder still goes on air. */
export const DEFAULT_PROFILE: BroadcastProfile = BroadcastProfile.parse({
  v: 1,
  frames: [{ frame: 'line-simple' }, { frame: 'ibeacon' }],
});

/** The JSON Schema that editors use for profiles. */
export const profileJsonSchema = (): object =>
  z.toJSONSchema(BroadcastProfile, { io: 'input', target: 'draft-7', unrepresentable: 'any' });

/** Keys that may stand at a place of the profile, for advice about one that may not. */
export function profileKeysAt(path: readonly PropertyKey[]): string[] {
  const [first, , third] = path;
  if (first === undefined) return Object.keys(BroadcastProfile.shape);
  if (first === 'frames') return [...new Set(ProfileFrame.options.flatMap(({ shape }) => Object.keys(shape)))];
  if (first !== 'hours') return [];
  return Object.keys(third === undefined ? OpeningHours.shape : OpeningHours.shape.open.element.shape);
}
