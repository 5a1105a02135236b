import { z } from 'zod';
import { Hwid } from '../../protocol/ids.ts';
import { EpochMsField } from '../../protocol/messages/common.ts';

/** A webhook call; its events are looked at one by one, so that an odd one does not lose the others. */
export const WebhookBody = z.object({ destination: z.string(), events: z.array(z.unknown()) });

/**
 * What every event says of itself. LINE asks to tolerate unknown types, fields and values at any time, so even these
 * may be missing: such an event is kept and means nothing.
 */
export const EventHeader = z
  .object({
    type: z.string().max(64).catch('unknown'),
    webhookEventId: z.string().min(1).max(64).optional().catch(undefined),
    timestamp: EpochMsField.optional().catch(undefined),
    deliveryContext: z.object({ isRedelivery: z.boolean() }).optional().catch(undefined),
  })
  .catch({ type: 'unknown' });

/** What is stored while an event waits: the event and the bot it was meant for. */
export const StoredLineEvent = z.object({ destination: z.string(), event: z.unknown() });

const UserSource = z.looseObject({ type: z.literal('user'), userId: z.string().optional() });

const common = {
  mode: z.string().default('active'),
  timestamp: EpochMsField,
  source: UserSource.optional().catch(undefined),
  replyToken: z.string().optional(),
};

const BeaconEvent = z.looseObject({
  ...common,
  type: z.literal('beacon'),
  beacon: z.looseObject({ hwid: Hwid, type: z.string(), dm: z.string().optional() }),
});

const FollowEvent = z.looseObject({
  ...common,
  type: z.literal('follow'),
  /** `isUnblocked`: no new friend, but one who had blocked the account. */
  follow: z.looseObject({ isUnblocked: z.boolean() }).optional().catch(undefined),
});
const UnfollowEvent = z.looseObject({ ...common, type: z.literal('unfollow') });

const MessageEvent = z.looseObject({
  ...common,
  type: z.literal('message'),
  message: z.looseObject({ type: z.string(), text: z.string().optional().catch(undefined) }),
});

/** Any other that says who it is about; all it means is that there is somebody. */
const OtherEvent = z
  .looseObject({
    ...common,
    type: z.string(),
    membership: z.looseObject({ type: z.string() }).optional().catch(undefined),
  })
  .transform(({ type, ...rest }) => ({ ...rest, type: 'other' as const, named: type }));

/** The events that mean something to us so far. */
export const LineEvent = z.union([
  z.discriminatedUnion('type', [BeaconEvent, FollowEvent, UnfollowEvent, MessageEvent]),
  OtherEvent,
]);
export type LineEvent = z.infer<typeof LineEvent>;
export type LineBeaconEvent = z.infer<typeof BeaconEvent>;
export type OtherLineEvent = z.infer<typeof OtherEvent>;
