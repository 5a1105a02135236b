import type { TillRefusal } from './refusal.ts';

/** What became of a request of a till. */
export type TillAnswer =
  | {
      readonly kind: 'done';
      readonly status: number;
      readonly body: object;
      /** It had been done before; this is what was answered then. */
      readonly replayed?: true;
    }
  | { readonly kind: 'refused'; readonly refusal: TillRefusal };

export const done = (body: object, status = 200): TillAnswer => ({ kind: 'done', status, body });

export const refused = (refusal: TillRefusal): TillAnswer => ({ kind: 'refused', refusal });
