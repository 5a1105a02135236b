/** What LINE takes for one pushed message, in the smallest unit of its currency. */
export interface Price {
  readonly minor: number;
  /** ISO 4217. */
  readonly currency: string;
}
