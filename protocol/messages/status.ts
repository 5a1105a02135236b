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

/** What the advertiser last put on the air, as the controller confirmed it. */
export const OnAir = z.object({
  hwid: Hwid,
  dm: DeviceMessageHex,
  dmMode: z.enum(['signed', 'fixed']),
  sinceMs: EpochMsField,
});
export type OnAir = z.infer<typeof OnAir>;

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
  }),
  outbox: z.object({
    waiting: z.int().nonnegative(),
    parked: z.int().nonnegative(),
    dropped: z.int().nonnegative(),
  }),
  counters: z.record(z.string(), z.number()),
});
export type NodeHealth = z.infer<typeof NodeHealth>;
