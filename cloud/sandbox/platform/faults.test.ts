import { expect, it } from 'vitest';
import { strike, type WebhookFault } from './faults.ts';

const always = () => true;
const zero = () => 0;

it('counts a fault down to nothing', () => {
  const twice: WebhookFault[] = [{ kind: 'lose', times: 2 }];
  const first = strike(twice, always, zero);
  expect(first).toEqual({ struck: twice[0], left: [{ kind: 'lose', times: 1 }] });
  expect(strike(first.left, always, zero).left).toEqual([]);
});

it('leaves a fault without a count in place, and one it does not match alone', () => {
  const faults: WebhookFault[] = [{ kind: 'lose', times: 1 }, { kind: 'duplicate' }];
  const struck = strike(faults, ({ kind }) => kind === 'duplicate', zero);
  expect(struck).toEqual({ struck: faults[1], left: faults });
});

it.each([
  [0.2, true],
  [0.3, false],
])('strikes by chance: roll %f', (roll, hit) => {
  expect(strike([{ kind: 'lose', probability: 0.3 }], always, () => roll).struck !== undefined).toBe(hit);
});
