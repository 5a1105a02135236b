import { type EpochMs, epochMs } from '../../../protocol/units.ts';

/** People name the last moment they may, not the first they may not. */
export const lastMoment = (end: EpochMs): EpochMs => epochMs(end - 1);
