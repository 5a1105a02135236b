import { z } from 'zod';
import { epochMs } from '../../protocol/units.ts';
import { ROLLBACK_REASONS, TENDERS } from '../core/till/types.ts';
import { SCANNED, TO_REDEEM, TO_REFUND } from './answers/till-examples.ts';

/** Bodies and queries of the till's routes: by these they are read, and described. */

const text = (most: number) => z.string().min(1).max(most);
const Time = z.int().min(0).max(8_640_000_000_000_000).transform(epochMs);
const Minor = z.int().min(0).max(1_000_000_000_000).describe('in minor units: 1980 TWD is NT$19.80');
const Price = Minor.optional().describe('before the coupon takes something off it, in minor units');
const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'a currency looks like TWD')
  .describe('ISO 4217');
const Channel = text(64).optional().describe('id of the store or web shop; a till’s own token knows it');
// Whatever a scanner gives: what is no code the cashier is told so, in words made for cashiers.
const Scanned = z.string().describe('what was typed or scanned: a code, or the address of the coupon’s page');
const LockId = text(64).describe('what locking the coupon answered');
const Tender = z.enum(TENDERS);
const Staff = text(64).describe('id of the person at the till, not a name');
const Transaction = text(128).describe('the till’s own number of the sale');

const withCurrency = {
  check: ({ amount, currency }: { amount?: number | undefined; currency?: string | undefined }): boolean =>
    (amount === undefined) === (currency === undefined),
  params: { message: 'an amount has its currency beside it', path: ['currency'] },
};

export const CheckBody = z
  .strictObject({ code: Scanned, amount: Price, currency: Currency.optional(), channel: Channel })
  .refine(withCurrency.check, withCurrency.params)
  .meta({ examples: [SCANNED] });

export const LockBody = z.strictObject({ code: Scanned, channel: Channel });

export const UnlockBody = z.strictObject({ lock: LockId, channel: Channel });

export const RedeemBody = z
  .strictObject({
    code: Scanned.optional(),
    lock: LockId.optional(),
    amount: Price,
    currency: Currency.optional(),
    order: Transaction.optional(),
    tender: Tender.optional(),
    staff: Staff.optional(),
    phone: text(40).optional(),
    card: text(64).optional(),
    consent: z.strictObject({ wording: text(500) }).optional(),
    channel: Channel,
  })
  .refine(withCurrency.check, withCurrency.params)
  .refine(({ code, lock }) => code !== undefined || lock !== undefined, {
    message: 'name the coupon by its code or by the lock on it',
    path: ['code'],
  })
  .meta({ examples: [TO_REDEEM] });

export const RollbackBody = z.strictObject({
  reason: z
    .enum(ROLLBACK_REASONS)
    .describe('undo: a mistake, within 15 minutes; void: the sale did not happen; refund: goods came back'),
  staff: Staff.optional(),
  channel: Channel,
});

export const RedemptionsQuery = z.strictObject({
  channel: Channel,
  since: z.coerce.number().int().min(0).optional().describe('UTC milliseconds; left out: today, where the channel is'),
  until: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  before: text(64).optional().describe('`next` of the page before'),
});

const SaleFields = {
  transaction: Transaction,
  at: Time.optional(),
  amount: Minor,
  currency: Currency,
  tender: Tender.optional(),
  staff: Staff.optional(),
  card: text(64).optional(),
  phone: text(40).optional(),
  code: Scanned.optional(),
  member: text(64).optional(),
  lines: z
    .array(
      z.strictObject({
        sku: text(64),
        name: text(200).optional(),
        quantity: z.number().positive().max(1_000_000),
        amount: z.int(),
      }),
    )
    .max(500)
    .optional(),
};

type Named = { [Key in 'card' | 'phone' | 'code' | 'member']?: string | undefined };
const namesOne = ({ card, phone, code, member }: Named): boolean =>
  [card, phone, code, member].filter((who) => who !== undefined).length <= 1;
const oneName = { message: 'name the member by one of card, phone, code and member', path: ['member'] };

export const SaleBody = z.strictObject({ ...SaleFields, channel: Channel }).refine(namesOne, oneName);

export const SalesBody = z.strictObject({
  sales: z.array(z.strictObject(SaleFields).refine(namesOne, oneName)).min(1).max(500),
  channel: Channel,
});

export const RefundBody = z
  .strictObject({
    amount: Minor.min(1).optional().describe('left out: all that is left'),
    reason: text(200).optional(),
    channel: Channel,
  })
  .meta({ examples: [TO_REFUND] });

export const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,128}$/);
