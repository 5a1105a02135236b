import { z } from 'zod';
import { actionUri, optionalText, text } from './fields.ts';

/** Where an action stands decides how its label is limited, and which actions there are. */
export interface ActionPlace {
  readonly maxLabel: number;
  readonly labelled: boolean;
  /** Quick replies may also open camera, album and map. */
  readonly quickReply?: boolean;
}

const moment = z.string().regex(/^[\d\-:Tt]{5,16}$/, 'Must be a date, a time or both');

/** The schema of an action object at one place. */
export const actionSchema = ({ maxLabel, labelled, quickReply = false }: ActionPlace) => {
  const label = labelled ? text(maxLabel) : optionalText(maxLabel);
  const everywhere = [
    z.looseObject({
      type: z.literal('postback'),
      label,
      data: text(300),
      displayText: text(300).optional(),
      text: text(300).optional(),
      fillInText: text(300).optional(),
    }),
    z.looseObject({ type: z.literal('message'), label, text: text(300) }),
    z.looseObject({
      type: z.literal('uri'),
      label,
      uri: actionUri,
      altUri: z.looseObject({ desktop: actionUri.optional() }).optional(),
    }),
    z.looseObject({
      type: z.literal('datetimepicker'),
      label,
      data: text(300),
      // The description has it optional, the reference does not.
      mode: z.string(),
      initial: moment.optional(),
      max: moment.optional(),
      min: moment.optional(),
    }),
    z.looseObject({ type: z.literal('clipboard'), label, clipboardText: text(1_000) }),
  ] as const;
  if (!quickReply) return z.discriminatedUnion('type', everywhere);
  return z.discriminatedUnion('type', [
    ...everywhere,
    z.looseObject({ type: z.literal('camera'), label }),
    z.looseObject({ type: z.literal('cameraRoll'), label }),
    z.looseObject({ type: z.literal('location'), label }),
  ]);
};
