import type { EpochMs } from '../../../protocol/units.ts';
import { quotaLeft, quotaMonth } from '../deliver/quota.ts';
import type { RecordedWorld } from './types.ts';

/** How many messages LINE still let us push: its own figures as they were read, and what is pushed in between. */
export interface QuotaThen {
  pushed(at: EpochMs): void;
  /** `undefined` where nothing limited them, or LINE had not been asked. */
  left(at: EpochMs): number | undefined;
}

/** `readings` in the order of their time. */
export function quotaThen(readings: RecordedWorld['quota']): QuotaThen {
  /** Which reading counts, none: -1; and the month of {@link pushes}, all of which came after that reading. */
  let current = -1;
  let month = '';
  let pushes: EpochMs[] = [];

  /** Asked before nearly every judgement: what is known of the past is not gone through each time. */
  const moveTo = (at: EpochMs): void => {
    const before = current;
    for (let next = readings[current + 1]; next !== undefined && next.at <= at; next = readings[current + 1])
      current += 1;
    const now = quotaMonth(at);
    if (current === before && month === now) return;
    const since = readings[current]?.at ?? 0;
    pushes = pushes.filter((time) => time >= since && quotaMonth(time) === now);
    month = now;
  };

  return {
    pushed: (at) => void pushes.push(at),
    left(at) {
      moveTo(at);
      return quotaLeft(readings[current], pushes.length, at);
    },
  };
}
