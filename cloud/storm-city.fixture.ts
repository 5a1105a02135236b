import { campaign, PUSHING } from './cloud.fixture.ts';

/** The shops, campaigns and troubles of a storm: each way a right may take, and each thing LINE may do to it. */
export const TAGS = 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38';
export const DOORS = { north: '0a1b2c3d01', south: '0a1b2c3d02', east: '0a1b2c3d03' } as const;
export const PHRASE = '夏日冰品';

const document = (kind: string, id: string, spec: object) => ({
  apiVersion: 'pharos/v1',
  kind,
  metadata: { id },
  spec,
});
const at = (store: string) => ({ on: 'enter', at: { stores: [store] } });
export const CITY = [
  ...Object.entries(DOORS).flatMap(([store, hwid]) => [
    document('Store', store, { timeZone: 'Asia/Taipei' }),
    document('Node', `${store}-door`, { store, hwid }),
  ]),
  // The same words to one in twenty: those of them who wait at a time go to LINE in one call.
  campaign(
    'welcome',
    {
      ...PUSHING,
      trigger: { on: 'follow' },
      home: 'north',
      limits: { messages: { max: 5_000, per: 'day' } },
    },
    'Welcome, {{ coupon.code | slice: 0 }}!',
  ),
  campaign('reply-only', { trigger: at('north'), trust: 'any', limits: { stock: 5_000 } }),
  campaign('reply-or-push', {
    trigger: at('south'),
    trust: 'any',
    delivery: { prefer: 'reply', fallback: 'push' },
    limits: { stock: 30, messages: { max: 5_000, per: 'day' } },
  }),
  campaign('asked', { trigger: { on: 'keyword', phrases: [PHRASE] }, home: 'north', limits: { stock: 40 } }),
  campaign('heard', { ...PUSHING, trigger: at('east'), limits: { messages: { max: 40, per: 'day' } } }),
];

/** Each kind of trouble the platform knows, often enough to meet every kind of call. */
export const faults = (seed: number) => ({
  seed,
  api: [
    ...['error_500', 'error_500_after', 'timeout_before', 'timeout_after', 'cut_before', 'cut_after', 'too_concurrent'],
    ...['user_flooded', 'monthly_limit', 'unauthorized', 'slow', 'rate_limited'],
  ].map((kind) => ({
    kind,
    probability: kind === 'rate_limited' ? 0.005 : 0.02,
    ...(kind === 'slow' && { delayMs: 60 }),
  })),
  webhook: [
    ...['duplicate', 'lose', 'delay', 'hold', 'wrong_signature', 'standby'],
    ...['unknown_fields', 'unknown_event', 'empty'],
  ].map((kind) => ({ kind, probability: 0.03, ...(kind === 'delay' && { delayMs: 300 }) })),
});
