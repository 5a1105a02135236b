import { z } from 'zod';
import { Hwid } from '../../../protocol/ids.ts';
import { ENDPOINTS } from './endpoint-name.ts';

/** What a developer could set in LINE's consoles, and the few things LINE keeps to itself. */
export const SandboxSettings = z.strictObject({
  /** The bot's one webhook address; absent: events are recorded and go nowhere. */
  webhookUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional(),
  /** The console's "Use webhook" switch. */
  webhookActive: z.boolean(),
  /** HWIDs LINE issued to this account. */
  hwids: z.array(Hwid),
  /**
   * LINE's own coupons this account has. LINE does not say what it answers to a message with another one, so `null`, the
   * default, takes any; a list refuses the others.
   */
  coupons: z.array(z.string().min(1).max(100)).nullable(),
  /** The console's "Webhook redelivery". LINE discloses neither count nor delays: one attempt more per entry. */
  redelivery: z.strictObject({ enabled: z.boolean(), delaysMs: z.array(z.int().min(0).max(1_200_000)).max(20) }),
  /** LINE's two seconds. */
  webhookTimeoutMs: z.int().min(10).max(60_000),
  quota: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('none') }),
    z.strictObject({ type: z.literal('limited'), value: z.int().nonnegative() }),
  ]),
  /** Messages counted this month, also settable to play the end of a month. */
  quotaUsed: z.int().nonnegative(),
  /** LINE's one minute. */
  replyTokenLifeMs: z.int().min(1).max(1_200_000),
  /** Time out of range after which the app reports a beacon again. LINE discloses no number. */
  reenterAfterMs: z.int().nonnegative(),
  /** Whether a changed device message under the same HWID counts as a new beacon. LINE discloses nothing. */
  dmChangeReports: z.boolean(),
  /** Several events in one webhook: as many as come within `withinMs`; 1 sends each at once. */
  webhookBatch: z.strictObject({ maxEvents: z.int().min(1).max(100), withinMs: z.int().min(0).max(60_000) }),
  /** Requests per second instead of LINE's documented limit, by endpoint. */
  rateLimits: z.partialRecord(z.enum(ENDPOINTS), z.int().positive()),
  /** Calls under way at once, by endpoint; none by default. */
  concurrency: z.partialRecord(z.enum(ENDPOINTS), z.int().positive()),
  /** Pushes to one person before 429. LINE says that there is such a limit and not which; none by default. */
  perPerson: z.strictObject({ messages: z.int().positive(), perMs: z.int().positive() }).nullable(),
  /** Verified accounts may list their followers. */
  verified: z.boolean(),
  /** How often the `isUnblocked` of a follow event is wrong; LINE calls the flag not fully reliable. */
  isUnblockedWrong: z.number().min(0).max(1),
  /** Time the API takes before it answers. */
  apiLatencyMs: z.int().min(0).max(60_000),
});
export type SandboxSettings = z.infer<typeof SandboxSettings>;

export const SettingsPatch = SandboxSettings.partial();
export type SettingsPatch = z.infer<typeof SettingsPatch>;

export const DEFAULT_SETTINGS: SandboxSettings = {
  webhookActive: true,
  hwids: [],
  coupons: null,
  redelivery: { enabled: false, delaysMs: [5_000, 30_000, 120_000] },
  webhookTimeoutMs: 2_000,
  quota: { type: 'none' },
  quotaUsed: 0,
  replyTokenLifeMs: 60_000,
  reenterAfterMs: 30_000,
  dmChangeReports: false,
  webhookBatch: { maxEvents: 1, withinMs: 0 },
  rateLimits: {},
  concurrency: {},
  perPerson: null,
  verified: false,
  isUnblockedWrong: 0,
  apiLatencyMs: 0,
};
