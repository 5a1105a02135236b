import type { PeerRule } from './rule.ts';

const SMOOTHING = 0.3;
const SWITCH_DB = 16;
const CLOSE_DBM = -70;
const STALE_MS = 195_000;

/**
 * habluetooth 6.26 decides which scanner owns a device. With one receiver the rest of the house is the rival: it takes
 * the device over when the average is 16 dB below the strength that counts as close, or after silence.
 */
export const habluetooth: PeerRule = {
  name: 'habluetooth',
  create(limitDbm = CLOSE_DBM) {
    let average: number | undefined;
    let heardAt = Number.NEGATIVE_INFINITY;
    let here = false;
    return {
      hear(atMs, dbm) {
        heardAt = atMs;
        average = average === undefined ? dbm : average + SMOOTHING * (dbm - average);
        if (average >= limitDbm) here = true;
        else if (average < limitDbm - SWITCH_DB) here = false;
      },
      present(atMs) {
        if (atMs - heardAt > STALE_MS) here = false;
        return here;
      },
    };
  },
};
