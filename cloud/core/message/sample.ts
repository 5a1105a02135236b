import type { Result } from '../../../protocol/result.ts';
import { type LineMessage, type MessageContext, type RenderRejectCode, renderMessages } from './render.ts';

/** Everything a template may name, with made-up values. */
const SAMPLE: MessageContext = {
  store: { id: 'sample-store', name: 'Sample store' },
  campaign: { id: 'sample-campaign', name: 'Sample campaign' },
  coupon: { code: '3467-9ACD-EFGH', value: '20 % off', validUntil: '2026-12-31', redeemableAt: ['sample-store'] },
};

/** A template tried out, so that a mistake in it is found before a customer would have met it. */
export const tryTemplate = (source: string): Result<LineMessage[], RenderRejectCode> => renderMessages(source, SAMPLE);
