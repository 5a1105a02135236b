import { z } from 'zod';
import { Hwid, NodeId, ProximityUuid, StoreId } from '../ids.ts';
import { RSSI_MAX, RSSI_MIN } from '../units.ts';

/** Where a broker is: scheme, host and port, and nothing behind them. */
export const MqttUrl = z
  .string()
  .refine((url) => /^mqtts?:\/\/[^/]+$/.test(url) && URL.canParse(url), 'an MQTT address looks like mqtts://host:8883');

/** The iBeacon identity a node alternates with its LINE frame. */
export const IBeaconIdentity = z.object({
  uuid: ProximityUuid,
  major: z.int().min(0).max(0xffff),
  minor: z.int().min(0).max(0xffff),
  measuredPower: z.int().min(-128).max(127),
});

/** What LINE hands out with an approved device, for its secure frame. Secrets. */
export const LineSecureKeys = z.object({
  vendorKey: z.string().regex(/^[0-9a-f]{8}$/, 'a vendor key is 4 bytes in hexadecimal'),
  lotKey: z.string().regex(/^[0-9a-f]{16}$/, 'a lot key is 8 bytes in hexadecimal'),
  /** 0 mains or unknown, 1 empty … 11 full; a Pi has a plug. */
  battery: z.int().min(0).max(11).optional(),
  /** RSSI at 1 m; absent: the frame says that it is not given. */
  measuredPower: z.int().min(-128).max(127).optional(),
});
export type LineSecureKeys = z.infer<typeof LineSecureKeys>;

/**
 * All a node needs for its first contact, made by `pharos node add` and installed by `pharos-edge enroll`.
 * It holds secrets (MQTT password, device-message key): mode 600, never on a topic, never in a log.
 */
export const NodeBundle = z.object({
  v: z.literal(1),
  nodeId: NodeId,
  storeId: StoreId,
  zone: z.string().min(1).max(64),
  hwid: Hwid,
  /** More HWIDs this node sends where its broadcast profile says so. */
  furtherHwids: z.array(Hwid).max(9).optional(),
  /** HWIDs of nodes within earshot: hearing them is reported, so that somebody else than the sender confirms them. */
  neighbours: z.array(Hwid).max(16).optional(),
  lineSecure: LineSecureKeys.optional(),
  /** Tells doors apart that share one HWID; bytes 1–2 of the device message. */
  nodeIndex: z.int().min(0).max(0xffff),
  /** HMAC key of the device message: 32 bytes in hex. */
  dmKey: z.string().regex(/^[0-9a-f]{64}$/, 'a device-message key is 32 bytes in hexadecimal'),
  slotSeconds: z.int().min(15).max(86_400),
  ibeacon: IBeaconIdentity,
  /** Proximity UUIDs whose tags become subjects; all others stay unseen. */
  tagNamespaces: z.array(ProximityUuid),
  /** How strong a tag must be heard here to count as near, dBm; absent: the node's default. Every room is different. */
  enterDbm: z.int().min(RSSI_MIN).max(RSSI_MAX).optional(),
  mqtt: z.object({
    url: MqttUrl,
    username: z.string().min(1),
    password: z.string().min(16),
    /** PEM certificate that must sign the broker's, for mqtts. */
    ca: z.string().optional(),
  }),
});
export type NodeBundle = z.infer<typeof NodeBundle>;
