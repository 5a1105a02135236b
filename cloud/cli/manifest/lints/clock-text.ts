import type { DailyHours } from '../../../core/calendar.ts';

/** Minutes after midnight as they are written in files: `09:30`. */
export const clockText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

export const hoursText = ({ from, to }: DailyHours): string => `${clockText(from)}-${clockText(to)}`;
