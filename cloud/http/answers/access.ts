import { z } from 'zod';
import { ROLES } from '../../core/access.ts';
import { ChannelKind, Time } from './common.ts';

const Channel = z.object({ kind: ChannelKind, id: z.string() }).describe('the one it is bound to');
const Role = z.enum(ROLES);

const TokenFields = {
  id: z.string(),
  name: z.string(),
  role: Role,
  channel: Channel.optional(),
  createdAt: Time,
};

export const NewTokenAnswer = z.object({
  ...TokenFields,
  token: z.string().describe('to be kept: it is shown this once'),
});

export const TokensAnswer = z.object({
  tokens: z.array(z.object({ ...TokenFields, lastUsedAt: Time.optional().describe('to the hour') })),
});

export const RevokedAnswer = z.object({ id: z.string(), name: z.string() });

export const WhoamiAnswer = z.object({
  tokenId: z.string(),
  name: z.string(),
  role: Role,
  channel: Channel.optional(),
});

export const AuditAnswer = z.object({
  audit: z.array(
    z.object({
      id: z.string(),
      at: Time,
      who: z.string().describe('the name of the token'),
      token: z.string(),
      action: z.string(),
      subject: z.object({ kind: z.string(), id: z.string() }),
      why: z.string().optional(),
      detail: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});
