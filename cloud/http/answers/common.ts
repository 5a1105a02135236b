import { z } from 'zod';
import { CouponField } from '../../core/manifest/offer.ts';

/** What answers of several routes are made of. Answers may grow: readers leave alone what they do not know. */

export const Time = z.int().describe('UTC, in milliseconds');

export const Money = z
  .object({ minor: z.int(), currency: z.string() })
  .meta({ title: 'Money', description: 'in minor units: 1980 TWD is NT$19.80' });

export const ChannelKind = z.enum(['store', 'web-shop']);

export const Place = z.object({ kind: ChannelKind, id: z.string(), name: z.string() }).meta({ title: 'Place' });

export const CouponValue = CouponField.shape.value.meta({ title: 'CouponValue' });

export const CouponState = z.enum(['issued', 'locked', 'redeemed', 'expired', 'revoked']);

/** How every refusal is told. `remedy` and `message` may be shown to people as they are. */
export const errorOf = (code: z.ZodType, facts: z.ZodRawShape = {}) =>
  z.object({
    code,
    message: z.string(),
    where: z.string().optional().describe('the part of the request that is meant'),
    remedy: z.string().optional(),
    ...facts,
  });
