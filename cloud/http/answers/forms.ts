import { z } from 'zod';
import { Time } from './common.ts';

export const FormLinkAnswer = z.object({
  url: z.string().describe('the member’s own: whoever has it answers in their name'),
  expiresAt: Time,
});
