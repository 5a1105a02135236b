import { expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import { type Addressed, needless } from './needless.ts';

const T0 = epochMs(1_000_000);
const PUSH: Addressed = {
  ...{ route: 'push', createdAt: T0, attempts: 1, inDoubt: false, notAfter: T0, fallback: 'none', lineUserId: 'U1' },
};
const { lineUserId: _, ...NOBODY } = PUSH;
const parked = (reason: string) => ({ to: 'parked', reason, giveBack: true });

it.each([
  ['in time, to somebody', PUSH, undefined],
  ['too late', { ...PUSH, notAfter: epochMs(T0 - 1) }, parked('expired')],
  ['blocked', { ...PUSH, blocked: true }, parked('blocked')],
  ['no consent', { ...PUSH, withdrew: true }, parked('no_consent')],
  ['a push to nobody', NOBODY, parked('unlinked')],
  ['a push to nobody, who may have got it', { ...NOBODY, inDoubt: true }, { to: 'unknown' }],
  ['a reply, which needs nobody', { ...NOBODY, route: 'reply' }, undefined],
] as const)('%s', (_name, delivery, step) => {
  expect(needless(delivery, T0)).toEqual(step);
});
