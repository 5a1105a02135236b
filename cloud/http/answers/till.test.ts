import { expect, it } from 'vitest';
import { z } from 'zod';
import { CheckBody, RedeemBody, RefundBody } from '../till-fields.ts';
import { CheckAnswer, RedeemAnswer, RefundAnswer } from './till.ts';

it.each(Object.entries({ CheckBody, RedeemBody, RefundBody, CheckAnswer, RedeemAnswer, RefundAnswer }))(
  'the examples of %s are what they are examples of',
  (_name, schema) => {
    const { examples } = z.globalRegistry.get(schema) ?? {};
    const all = z.array(z.unknown()).min(1).parse(examples);
    for (const example of all) expect(schema.parse(example)).toEqual(example);
  },
);
