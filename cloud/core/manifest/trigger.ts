import { z } from 'zod';
import { foldPhrase } from '../keyword.ts';
import { DurationField, PatternField, TimeField, WeekdaysField } from './fields.ts';
import { says } from './says.ts';

/** What a campaign waits for. */

const at = {
  at: z
    .strictObject({
      stores: z
        .array(PatternField)
        .min(1)
        .default(['*'])
        .meta(says('ids, or prefixes such as taipei-*', '門市 id，或開頭如 taipei-*')),
      zones: z
        .array(PatternField)
        .min(1)
        .default(['*'])
        .meta(says('places in the store, as the nodes name them', '門市內的位置，如節點所寫')),
    })
    .default({ stores: ['*'], zones: ['*'] })
    .meta(says('where; absent: everywhere', '地點；不寫則所有地點')),
};

/** `2026-12-24T10:00`, on the clock of the campaign's home or time zone. */
const LocalDateTimeField = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d$/, 'a date and time look like 2026-12-24T10:00')
  .refine((text) => z.iso.date().safeParse(text.slice(0, 10)).success, 'there is no such date')
  .transform((text) => ({ date: text.slice(0, 10), minute: TimeField.parse(text.slice(11)) }));

const EveryField = z.strictObject({
  days: WeekdaysField.optional().meta(says('weekdays; absent: every day', '星期；不寫則每天')),
  monthDays: z.array(z.int().min(1).max(31)).min(1).optional().meta(says('days of the month', '每月幾號')),
  time: TimeField.meta(says('time of day, e.g. 12:00', '時間，例如 12:00')),
});

const PhraseField = z
  .string()
  .min(1)
  .max(100)
  .refine((text) => foldPhrase(text) !== '', 'a phrase needs a letter, a digit or an emoji');

export const TriggerField = z.discriminatedUnion('on', [
  z.strictObject({ on: z.literal('enter').meta(says('somebody comes near', '有人靠近')), ...at }),
  z.strictObject({
    on: z.literal('dwell').meta(says('somebody with a tag stays', '攜帶標籤的人停留')),
    ...at,
    after: DurationField.optional().meta(
      says(
        'so long, e.g. PT5M; absent: the first mark a node reports',
        '停留多久，例如 PT5M；不寫則是節點回報的第一個',
      ),
    ),
  }),
  z.strictObject({ on: z.literal('exit').meta(says('somebody with a tag leaves', '攜帶標籤的人離開')), ...at }),
  z.strictObject({
    on: z.literal('follow').meta(says('somebody becomes a friend for the first time', '有人第一次加入好友')),
  }),
  z.strictObject({
    on: z.literal('keyword').meta(says('somebody types a phrase', '有人輸入關鍵字')),
    phrases: z
      .array(PhraseField)
      .min(1)
      .max(100)
      .meta(says('width, case, spaces and punctuation make no difference', '全半形、大小寫、空格、標點都不影響')),
  }),
  z
    .strictObject({
      on: z.literal('schedule').meta(says('the clock', '到了預定時間')),
      at: LocalDateTimeField.optional().meta(says('once: 2026-12-24T10:00', '一次：2026-12-24T10:00')),
      every: EveryField.optional().meta(says('again and again', '反覆')),
    })
    .refine(({ at: once, every }) => (once === undefined) !== (every === undefined), {
      message: 'write either at (a date and time) or every (days and a time)',
    }),
]);
export type Trigger = z.infer<typeof TriggerField>;
export type TriggerKind = Trigger['on'];

/** One trigger, or several of different kinds: whichever ear hears the person, it is one campaign and one coupon. */
export const TriggersField = z.union([TriggerField, z.array(TriggerField).min(1, 'name at least one trigger')]);

interface Triggered {
  readonly trigger: Trigger | readonly Trigger[];
}

/** All that a campaign waits for; specs that name one and specs that list it are the same. */
export const triggersOf = ({ trigger }: Triggered): readonly Trigger[] => ('on' in trigger ? [trigger] : trigger);

/** The trigger an event of this kind would start it by. */
export const triggerFor = <Kind extends TriggerKind>(
  spec: Triggered,
  kind: Kind,
): Extract<Trigger, { on: Kind }> | undefined =>
  triggersOf(spec).find((trigger): trigger is Extract<Trigger, { on: Kind }> => trigger.on === kind);

/** Each trigger with the way to it below `spec`, as it was written. */
export const triggersWithPath = (
  spec: Triggered,
): { readonly trigger: Trigger; readonly path: readonly (string | number)[] }[] =>
  'on' in spec.trigger
    ? [{ trigger: spec.trigger, path: ['trigger'] }]
    : spec.trigger.map((trigger, index) => ({ trigger, path: ['trigger', index] }));

/** Triggers that happen at a store; the others happen in a chat or on the clock. */
export const PLACED_TRIGGERS = ['enter', 'dwell', 'exit'] as const;
export type PlacedTrigger = Extract<Trigger, { on: (typeof PLACED_TRIGGERS)[number] }>;

export const isPlaced = (trigger: Trigger): trigger is PlacedTrigger =>
  (PLACED_TRIGGERS as readonly string[]).includes(trigger.on);
