import { z } from 'zod';
import { foldPhrase } from '../keyword.ts';
import { DurationField, PatternField, TimeField, WeekdaysField } from './fields.ts';

/** What a campaign waits for. */

const at = {
  at: z
    .strictObject({
      stores: z.array(PatternField).min(1).default(['*']),
      zones: z.array(PatternField).min(1).default(['*']),
    })
    .default({ stores: ['*'], zones: ['*'] }),
};

/** `2026-12-24T10:00`, on the clock of the campaign's home or time zone. */
const LocalDateTimeField = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d$/, 'a date and time look like 2026-12-24T10:00')
  .refine((text) => z.iso.date().safeParse(text.slice(0, 10)).success, 'there is no such date')
  .transform((text) => ({ date: text.slice(0, 10), minute: TimeField.parse(text.slice(11)) }));

const EveryField = z.strictObject({
  days: WeekdaysField.optional(),
  monthDays: z.array(z.int().min(1).max(31)).min(1).optional(),
  time: TimeField,
});

const PhraseField = z
  .string()
  .min(1)
  .max(100)
  .refine((text) => foldPhrase(text) !== '', 'a phrase needs a letter, a digit or an emoji');

export const TriggerField = z.discriminatedUnion('on', [
  z.strictObject({ on: z.literal('enter'), ...at }),
  /** Absent `after`: the first mark a node reports. */
  z.strictObject({ on: z.literal('dwell'), ...at, after: DurationField.optional() }),
  z.strictObject({ on: z.literal('exit'), ...at }),
  z.strictObject({ on: z.literal('follow') }),
  z.strictObject({ on: z.literal('keyword'), phrases: z.array(PhraseField).min(1).max(100) }),
  z
    .strictObject({ on: z.literal('schedule'), at: LocalDateTimeField.optional(), every: EveryField.optional() })
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
