import { z } from 'zod';
import { actionUri, optionalText, text } from './fields.ts';

/** How an action is labelled where it stands: quick replies and Flex have other limits than templates. */
export interface LabelRule {
  readonly max: number;
  readonly required: boolean;
}

/** The schema of an action object under a label rule. */
export const actionSchema = ({ max, required }: LabelRule) => {
  const label = required ? text(max) : optionalText(max);
  return z.discriminatedUnion('type', [
    z.looseObject({
      type: z.literal('postback'),
      label,
      data: text(300),
      displayText: text(300).optional(),
      text: text(300).optional(),
    }),
    z.looseObject({ type: z.literal('message'), label, text: text(300) }),
    z.looseObject({ type: z.literal('uri'), label, uri: actionUri }),
    z.looseObject({
      type: z.literal('datetimepicker'),
      label,
      data: text(300),
      mode: z.enum(['date', 'time', 'datetime']),
    }),
    z.looseObject({ type: z.literal('camera'), label: text(max) }),
    z.looseObject({ type: z.literal('cameraRoll'), label: text(max) }),
    z.looseObject({ type: z.literal('location'), label: text(max) }),
    z.looseObject({ type: z.literal('richmenuswitch'), label, richMenuAliasId: text(32), data: text(300) }),
    z.looseObject({ type: z.literal('clipboard'), label, clipboardText: text(1_000) }),
  ]);
};
