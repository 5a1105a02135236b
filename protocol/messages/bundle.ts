import { z } from 'zod';
import { Hwid, NodeId, ProximityUuid, StoreId } from '../ids.ts';

/** The iBeacon identity a node alternates with its LINE frame. */
export const IBeaconIdentity = z.object({
  uuid: ProximityUuid,
  major: z.int().min(0).max(0xffff),
  minor: z.int().min(0).max(0xffff),
  measuredPower: z.int().min(-128).max(127),
});

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
  /** Tells doors apart that share one HWID; bytes 1–2 of the device message. */
  nodeIndex: z.int().min(0).max(0xffff),
  /** HMAC key of the device message: 32 bytes in hex. */
  dmKey: z.string().regex(/^[0-9a-f]{64}$/, 'a device-message key is 32 bytes in hexadecimal'),
  slotSeconds: z.int().min(15).max(86_400),
  ibeacon: IBeaconIdentity,
  /** Proximity UUIDs whose tags become subjects; all others stay unseen. */
  tagNamespaces: z.array(ProximityUuid),
  mqtt: z.object({
    url: z.string().regex(/^mqtts?:\/\/[^/]+$/, 'an MQTT address looks like mqtts://host:8883'),
    username: z.string().min(1),
    password: z.string().min(16),
    /** PEM certificate that must sign the broker's, for mqtts. */
    ca: z.string().optional(),
  }),
});
export type NodeBundle = z.infer<typeof NodeBundle>;
