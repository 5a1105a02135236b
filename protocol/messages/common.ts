import { z } from 'zod';
import { ProximityUuid } from '../ids.ts';
import { epochMs, monoMs, RSSI_MAX, RSSI_MIN, type RssiDbm } from '../units.ts';

export const EpochMsField = z.int().nonnegative().transform(epochMs);
export const MonoMsField = z.number().nonnegative().transform(monoMs);
export const RssiField = z
  .int()
  .min(RSSI_MIN)
  .max(RSSI_MAX)
  .transform((value) => value as RssiDbm);

/** How far a node trusts its own wall clock: `synced` by NTP now, `holdover` since a sync this boot, `unsynced` never. */
export const ClockState = z.enum(['synced', 'holdover', 'unsynced']);
export type ClockState = z.infer<typeof ClockState>;

/** Who a presence event is about. Only registered namespaces become subjects; a radio address never does. */
export const TagSubject = z.object({
  kind: z.literal('ibeacon'),
  uuid: ProximityUuid,
  major: z.int().min(0).max(0xffff),
  minor: z.int().min(0).max(0xffff),
});
export type TagSubject = z.infer<typeof TagSubject>;

/** The subject as one stable text, e.g. for an identity link: `uuid/major/minor`. */
export const tagSubjectKey = (subject: TagSubject): string => `${subject.uuid}/${subject.major}/${subject.minor}`;
