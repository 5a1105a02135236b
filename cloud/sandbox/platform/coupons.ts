import { type ApiResponse, refuse } from './answer.ts';
import type { LineMessage } from './messages/message.ts';

/**
 * The refusal of messages with coupons that are not among `known`, LINE's own coupons of this account; nothing where
 * `known` is `null`. Its form is that of every wrong property; its words are made up, since LINE documents none.
 */
export function foreignCoupons(
  known: readonly string[] | null,
  messages: readonly LineMessage[],
): ApiResponse | undefined {
  if (known === null) return undefined;
  const details = messages.flatMap((message, index) =>
    message.type === 'coupon' && !known.includes(message.couponId)
      ? [{ message: 'The coupon does not exist', property: `messages[${index}].couponId` }]
      : [],
  );
  return details.length === 0 ? undefined : refuse(400, `The request body has ${details.length} error(s)`, { details });
}
