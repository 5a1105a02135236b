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
    /** What it runs on, as far as it knows. */
    board: z
      .object({ model: z.string().max(64), os: z.string().max(64), kernel: z.string().max(64) })
      .partial()
      .optional(),
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

const ThrottlingFlags = z.object({
  undervoltage: z.boolean(),
  frequencyCapped: z.boolean(),
  throttled: z.boolean(),
  softTemperatureLimit: z.boolean(),
});

const bytes = z.number().nonnegative();

/** The computer below the node. All of it is optional: boards differ in what they can tell. */
export const MachineHealth = z
  .object({
    temperatureC: z.number(),
    /** What a Raspberry Pi's firmware does at this moment because of its power supply or heat. */
    throttled: ThrottlingFlags,
    /** The same at any time since the machine started. */
    throttledSinceBoot: ThrottlingFlags,
    /** The disk under the outbox; `writtenBytes` since the start, `wearPercent` as an eMMC tells it (110: beyond its life). */
    disk: z.object({
      freeBytes: bytes,
      totalBytes: bytes,
      writtenBytes: bytes.optional(),
      wearPercent: z.number().min(0).max(110).optional(),
    }),
    /** Of the process that speaks: the uplink. */
    rssBytes: bytes,
    memory: z.object({ totalBytes: bytes, availableBytes: bytes }),
    /** Over one minute. */
    loadAverage: z.number().nonnegative(),
    /** Of the machine, not of the process. */
    uptimeMs: z.number().nonnegative(),
  })
  .partial();
export type MachineHealth = z.infer<typeof MachineHealth>;

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
    /** Since the database was made. */
    dropped: z.int().nonnegative(),
    droppedByKind: z.record(z.string(), z.int().nonnegative()).optional(),
    /** `memory`: the disk takes no rows; those that wait are gone if the node loses its power. */
    mode: z.enum(['disk', 'memory']).optional(),
    /** What is wrong with the disk. */
    why: z.string().max(200).optional(),
  }),
  counters: z.record(z.string(), z.number()),
  machine: MachineHealth.optional(),
});
export type NodeHealth = z.infer<typeof NodeHealth>;
