import { z } from 'zod';
import { ReportedConfig } from '../../../protocol/messages/config.ts';
import { Time } from './common.ts';

/** Shops and the nodes at their doors. */

const Here = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  from: z.string().optional(),
  until: z.string().optional(),
});

const StoreFields = {
  id: z.string(),
  name: z.string(),
  timeZone: z.string(),
  locale: z.string(),
  hours: z.string().describe('11:00-20:00, on the shop’s clock'),
  nodes: z.array(
    z.object({
      id: z.string(),
      zone: z.string(),
      enrolled: z.boolean(),
      online: z.boolean(),
      seenAt: Time.optional(),
      url: z.string().describe('the address behind the code of its poster'),
    }),
  ),
  running: z.array(Here).describe('campaigns that somebody who comes here may meet'),
  redeeming: z.array(Here).describe('campaigns whose coupons are taken here'),
};

export const StoresAnswer = z.object({ v: z.literal(1), stores: z.array(z.object(StoreFields)) });

export const StoreAnswer = z.object({ v: z.literal(1), ...StoreFields });

const NodeFields = {
  id: z.string(),
  store: z.string(),
  zone: z.string(),
  hwid: z.string(),
  index: z.int(),
  enrolled: z.boolean(),
  online: z.boolean(),
  seenAt: Time.optional(),
  status: z.looseObject({}).optional().describe('what it said of itself when it came or went'),
  health: z.looseObject({}).optional().describe('what it said of its health last'),
};

export const NodesAnswer = z.object({ nodes: z.array(z.object(NodeFields)) });

const CommandFields = {
  id: z.string(),
  node: z.string(),
  command: z.string(),
  state: z.enum(['pending', 'done', 'failed', 'refused', 'expired']),
  createdAt: Time,
  expiresAt: Time,
  answeredAt: Time.optional(),
  detail: z.string().optional(),
  data: z.unknown().optional(),
};

export const CommandAnswer = z.object(CommandFields);

export const NodeAnswer = z.object({
  ...NodeFields,
  desired: z.object({ version: z.int(), config: z.looseObject({}), at: Time.optional() }),
  reported: ReportedConfig.extend({ receivedAt: Time.optional() }).optional(),
  commands: z.array(CommandAnswer).describe('the newest first'),
});

export const BrokerFilesAnswer = z.object({
  files: z.array(z.object({ name: z.string(), text: z.string() })),
  without: z.array(z.string()).describe('nodes that have no credentials of this kind yet'),
});
