import { lastMoment } from './last-moment.ts';
import type { TillTexts } from './texts.ts';

export const english: TillTexts = {
  mistyped: () => ({
    message: 'This code was mistyped: it does not fit together.',
    remedy: 'Compare it with the customer’s phone, letter by letter, or scan it.',
  }),
  not_a_code: () => ({
    message: 'This is not one of our coupon codes.',
    remedy: 'Scan the barcode of the coupon, or type its 12 letters.',
  }),
  signed_code: () => ({
    message: 'This till cannot read this kind of QR code yet.',
    remedy: 'Type the 12 letters that stand under it.',
  }),
  unknown_code: () => ({
    message: 'There is no coupon with this code.',
    remedy: 'Ask the customer to open the coupon again, and read the code from there.',
  }),
  too_many_guesses: ({ until }, { time }) => ({
    message: `Too many wrong codes came from this till. It may go on at ${time(until)}.`,
    remedy: 'Use another till until then. If nobody was guessing, tell headquarters.',
  }),
  too_many_requests: ({ retryAfterSeconds }) => ({
    message: 'This till asks faster than a till does.',
    remedy: `Try again in ${retryAfterSeconds} s.`,
  }),
  coupon_expired: ({ expiredAt }, { time }) => ({
    message: `This coupon was good until ${time(lastMoment(expiredAt))}.`,
    remedy: 'It cannot be used any more. The customer may have a newer one.',
  }),
  coupon_not_yet_valid: ({ validFrom }, { time }) => ({
    message: `This coupon is good from ${time(validFrom)} on.`,
    remedy: 'Ask the customer to come back then.',
  }),
  coupon_revoked: () => ({
    message: 'This coupon was taken back.',
    remedy: 'It cannot be used. Headquarters can say why: pharos explain, with its code.',
  }),
  coupon_locked: ({ until }, { time }) => ({
    message: `This coupon is held for a sale that is not finished yet, until ${time(until)}.`,
    remedy: 'Finish that sale, or try again then.',
  }),
  already_redeemed: ({ at, place }, { time }) => ({
    message: `This coupon was redeemed on ${time(at)} at ${place.name}.`,
    remedy: 'It works once. If that was a mistake, the shop that redeemed it can take it back.',
  }),
  wrong_place: ({ validAt }, { places }) => ({
    message: 'This coupon is not good here.',
    remedy:
      validAt.length === 0 ? 'No shop takes it at present. Tell headquarters.' : `It is good at: ${places(validAt)}.`,
  }),
  lock_lost: () => ({
    message: 'The coupon is not held for this till any more.',
    remedy: 'Scan it again.',
  }),
  unknown_redemption: () => ({
    message: 'This shop has no such redemption.',
    remedy: 'Choose it from today’s list.',
  }),
  already_rolled_back: ({ at }, { time }) => ({
    message: `This redemption was taken back on ${time(at)}.`,
    remedy: 'There is nothing left to do.',
  }),
  too_late_to_undo: ({ until }, { time }) => ({
    message: `It could be undone until ${time(until)}.`,
    remedy: 'Choose “sale voided” or “goods returned” as the reason.',
  }),
  bad_phone: () => ({
    message: 'This is not a phone number.',
    remedy: 'Type it like 0912 345 678 or +886 912 345 678, or leave it out.',
  }),
  bad_card: () => ({
    message: 'This is not a card number.',
    remedy: 'A card has 4 to 64 letters and digits without blanks. Scan it again, or leave it out.',
  }),
  unknown_sale: () => ({
    message: 'This shop has no such sale.',
    remedy: 'Check the number of the transaction.',
  }),
  transaction_differs: () => ({
    message: 'This transaction is known, with another amount or another time.',
    remedy: 'Give the sale a number of its own, or record a refund.',
  }),
  nothing_left_to_refund: () => ({
    message: 'This sale has been refunded in full, or did not happen.',
    remedy: 'There is nothing left to do.',
  }),
  more_than_left: ({ left }, { money }) => ({
    message: `Only ${money(left)} of this sale is left to refund.`,
    remedy: 'Refund no more than that.',
  }),
  idempotency_key_reused: () => ({
    message: 'This Idempotency-Key was used for another request.',
    remedy: 'Make a new key for every press of the button, and repeat it only with the very same request.',
  }),
};
