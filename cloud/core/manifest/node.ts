import { z } from 'zod';
import { Hwid, ProximityUuid } from '../../../protocol/ids.ts';
import { IBeaconIdentity } from '../../../protocol/messages/bundle.ts';
import { RSSI_MAX, RSSI_MIN } from '../../../protocol/units.ts';
import { header, SlugField } from './fields.ts';

/** LINE's own region: phones on iOS wake up for it (major "LI", minor "NE"). */
const LINE_REGION = {
  uuid: ProximityUuid.parse('d0d2ce24-9efc-11e5-82c4-1c6a7a17ef38'),
  major: 0x4c49,
  minor: 0x4e45,
  measuredPower: -59,
};

/** `kind: Node`: one Raspberry Pi, where it hangs and what it says. Its secrets are made by `pharos node add`. */
export const NodeManifest = z.strictObject({
  ...header('Node'),
  spec: z.strictObject({
    store: SlugField,
    zone: SlugField.default('entrance'),
    hwid: Hwid,
    /** Tells doors apart that share a HWID; assigned when absent. */
    index: z.int().min(0).max(0xffff).optional(),
    slotSeconds: z.int().min(15).max(86_400).default(300),
    ibeacon: IBeaconIdentity.default(LINE_REGION),
    tagNamespaces: z.array(ProximityUuid).default([]),
    /** How strong a tag must be heard here to count as near, dBm; absent: the node's default. */
    enterDbm: z.int().min(RSSI_MIN).max(RSSI_MAX).optional(),
  }),
});
export type NodeManifest = z.infer<typeof NodeManifest>;
