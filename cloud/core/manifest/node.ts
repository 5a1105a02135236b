import { z } from 'zod';
import { Hwid, ProximityUuid } from '../../../protocol/ids.ts';
import { IBeaconIdentity } from '../../../protocol/messages/bundle.ts';
import { RSSI_MAX, RSSI_MIN } from '../../../protocol/units.ts';
import { header, SlugField } from './fields.ts';
import { says } from './says.ts';

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
    store: SlugField.meta(says('store it hangs in', '所在門市')),
    zone: SlugField.default('entrance').meta(says('place in the store', '門市內的位置')),
    hwid: Hwid.meta(
      says('hardware id LINE issued for the account; keep the quotation marks', 'LINE 核發的硬體 ID，請保留引號'),
    ),
    index: z
      .int()
      .min(0)
      .max(0xffff)
      .optional()
      .meta(says('tells doors apart that share a HWID; assigned when absent', '區分共用 HWID 的門；不寫則自動指定')),
    slotSeconds: z
      .int()
      .min(15)
      .max(86_400)
      .default(300)
      .meta(says('how often the signed device message changes', '簽章裝置訊息的更換週期（秒）')),
    ibeacon: IBeaconIdentity.default(LINE_REGION).meta(
      says(
        'the iBeacon it alternates with; absent: the region of LINE itself',
        '交替廣播的 iBeacon；不寫則為 LINE 的區域',
      ),
    ),
    tagNamespaces: z
      .array(ProximityUuid)
      .default([])
      .meta(
        says('UUIDs of your own cards and key fobs; all others stay unseen', '自家卡片與鑰匙圈的 UUID；其他一律不看'),
      ),
    enterDbm: z
      .int()
      .min(RSSI_MIN)
      .max(RSSI_MAX)
      .optional()
      .meta(
        says(
          'how strong a tag must be heard to count as near, dBm; absent: as the node sees fit',
          '標籤訊號多強才算靠近（dBm）；不寫則用節點預設',
        ),
      ),
  }),
});
export type NodeManifest = z.infer<typeof NodeManifest>;
