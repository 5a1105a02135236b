/** What the bench and the LINE of its own process say to one another. */
export type PlatformOrder =
  | {
      readonly say: 'webhooks';
      readonly port: number;
      readonly secret: string;
      readonly count: number;
      /** Absent: as fast as they are answered. */
      readonly perSecond?: number;
    }
  | { readonly say: 'calls' };

interface Percentiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export type PlatformAnswer =
  | { readonly told: 'listening'; readonly port: number }
  /** All webhooks were answered; `refused` of them not with 200. */
  | ({ readonly told: 'sent'; readonly seconds: number; readonly refused: number } & Percentiles)
  /** Calls to the Messaging API so far, and for replies the time from their webhook. */
  | ({
      readonly told: 'calls';
      readonly accepted: number;
      readonly limited: number;
      readonly repeated: number;
      readonly timed: number;
    } & Percentiles);
