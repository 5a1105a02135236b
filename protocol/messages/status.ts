import { z } from 'zod';
import { BootId, DeviceMessageHex, Hwid } from '../ids.ts';
import { ClockState, EpochMsField } from './common.ts';

/** `status`, retained: the birth a node publishes on every connect, and the will the broker publishes for it. */
export const NodeStatus = z.discriminatedUnion('online', [
  z.object({
    v: z.literal(1),
    online: z.literal(true),
    boot: BootId,
    at: EpochMsField,
    versions: z.object({ pharos: z.string(), node: z.string() }),
  }),
  z.object({ v: z.literal(1), online: z.literal(false) }),
]);
export type NodeStatus = z.infer<typeof NodeStatus>;

/** What the advertiser last put on the air, as the controller confirmed it. With several HWIDs: the node's own. */
export const OnAir = z.object({
  /** Absent where the profile has no LINE frame. */
  hwid: Hwid.optional(),
  /** Absent for the secure frame, which has no room for one. */
  dm: DeviceMessageHex.optional(),
  dmMode: z.enum(['signed', 'fixed', 'none', 'line-secure']),
  sinceMs: EpochMsField,
});
export type OnAir = z.infer<typeof OnAir>;

/** A LINE frame of a known neighbour (or of another node with this one's HWID), as this node's scanner last heard it. */
export const HeardHwid = z.object({ hwid: Hwid, agoMs: z.number().nonnegative() });
export type HeardHwid = z.infer<typeof HeardHwid>;

/** The last thing a node did to keep its radio alive; it survives restarts of the radio process. */
export const LastRecovery = z.object({
  /** From re-enabling the scan to `exit`, a new process. */
  stage: z.string().max(32),
  /** Closed list of the node's version, e.g. `no-answer`. */
  reason: z.string().max(32),
  at: EpochMsField,
});
export type LastRecovery = z.infer<typeof LastRecovery>;

/** `health`, QoS 0: a link that is alive says nothing about the radio, so radio freshness has figures of its own. */
export const NodeHealth = z.object({
  v: z.literal(1),
  at: EpochMsField,
  clock: ClockState,
  radio: z.object({
    /** What carries the bytes: `hci0`, `virtual-air`, … */
    name: z.string(),
    state: z.enum(['on', 'off', 'unknown']),
    lastAdvertAgoMs: z.number().nonnegative().optional(),
    onAir: OnAir.optional(),
    /** Name of the broadcast profile in use. */
    profile: z.string().max(64).optional(),
    /** Nothing is on air because the profile's opening hours say so; the next opening. */
    silentUntilMs: EpochMsField.optional(),
    /** Neighbours on air, confirmed by this node's ear. */
    hears: z.array(HeardHwid).max(17).optional(),
    recovery: LastRecovery.optional(),
  }),
  outbox: z.object({
    waiting: z.int().nonnegative(),
    parked: z.int().nonnegative(),
    dropped: z.int().nonnegative(),
  }),
  counters: z.record(z.string(), z.number()),
});
export type NodeHealth = z.infer<typeof NodeHealth>;
