import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Brand } from './brand.ts';

/** LINE hardware id: 5 bytes as 10 lower-case hex digits, issued by LINE for one official account. */
export type Hwid = Brand<string, 'Hwid'>;
/** LINE device message: 1–13 bytes as lower-case hex. */
export type DeviceMessageHex = Brand<string, 'DeviceMessageHex'>;
/** One Raspberry Pi; also its MQTT user name. */
export type NodeId = Brand<string, 'NodeId'>;
/** One shop. */
export type StoreId = Brand<string, 'StoreId'>;
/** 64 random bits as 16 hex digits: names one life of a node's outbox, so that (epoch, seq) is never used twice. */
export type OutboxEpoch = Brand<string, 'OutboxEpoch'>;
/** Names one boot of a machine; monotonic times compare only within it. */
export type BootId = Brand<string, 'BootId'>;
/** Proximity UUID in canonical lower-case text with hyphens. */
export type ProximityUuid = Brand<string, 'ProximityUuid'>;

const branded = <T extends string>(pattern: RegExp, message: string) =>
  z
    .string()
    .regex(pattern, message)
    .transform((text) => text as T);

export const Hwid = z
  .string()
  .regex(/^[0-9a-fA-F]{10}$/, 'a HWID is 10 hexadecimal digits, as LINE issued it')
  .transform((text) => text.toLowerCase() as Hwid);

export const DeviceMessageHex = z
  .string()
  .regex(/^([0-9a-fA-F]{2}){1,13}$/, 'a device message is 1 to 13 bytes in hexadecimal')
  .transform((text) => text.toLowerCase() as DeviceMessageHex);

/** Ids people choose go into topics, file names and URLs: no slash, no wildcard, no blank. */
const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
const slugHelp = 'use 1 to 64 of a-z, 0-9 and "-", starting and ending with a letter or digit';

export const NodeId = branded<NodeId>(SLUG, slugHelp);
export const StoreId = branded<StoreId>(SLUG, slugHelp);
export const OutboxEpoch = branded<OutboxEpoch>(/^[0-9a-f]{16}$/, 'an epoch is 16 lower-case hex digits');
export const BootId = branded<BootId>(/^[0-9a-f-]{8,36}$/, 'a boot id is 8 to 36 hex digits or hyphens');

export const ProximityUuid = z
  .string()
  .regex(
    /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
    'a UUID looks like d0d2ce24-9efc-11e5-82c4-1c6a7a17ef38',
  )
  .transform((text) => text.toLowerCase() as ProximityUuid);

export const newOutboxEpoch = (): OutboxEpoch => randomBytes(8).toString('hex') as OutboxEpoch;
