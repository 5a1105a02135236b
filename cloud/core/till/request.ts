import type { RedeemAsked, RefundAsked, RollbackAsked, SaleAsked } from './asked.ts';
import type { TillLanguage } from './words.ts';

/** One thing a till asks for. */
export type TillAsk =
  | {
      readonly type: 'check';
      readonly code: string;
      readonly amount?: number | undefined;
      readonly currency?: string | undefined;
    }
  | { readonly type: 'lock'; readonly code: string }
  | { readonly type: 'unlock'; readonly lock: string }
  | { readonly type: 'redeem'; readonly redeem: RedeemAsked }
  | { readonly type: 'rollback'; readonly rollback: RollbackAsked }
  | { readonly type: 'sale'; readonly sale: SaleAsked }
  | { readonly type: 'sales'; readonly sales: readonly SaleAsked[] }
  | { readonly type: 'refund'; readonly refund: RefundAsked };

export interface TillRequest {
  readonly tokenId: string;
  /** What the token is called. */
  readonly tokenName: string;
  readonly channelId: string;
  readonly language: TillLanguage;
  readonly ask: TillAsk;
  /** Names the request within its channel; empty where nothing is to be changed. */
  readonly key: string;
  /** The request in one form: what a key may be repeated with. */
  readonly text: string;
}
