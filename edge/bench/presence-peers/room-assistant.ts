import { MEASURED_POWER_DBM, type PeerRule } from './rule.ts';

const PROCESS_NOISE = 0.008;
const MEASUREMENT_NOISE = 4;
const TIMEOUT_MS = 60_000;

/** room-assistant 2.20: a Kalman filter per advert, a distance curve, and a check for silence as often as its timeout. */
export const roomAssistant: PeerRule = {
  name: 'room-assistant',
  create(limitDbm) {
    const maxDistance = limitDbm === undefined ? Number.POSITIVE_INFINITY : distance(limitDbm);
    const filter = createKalman();
    let heardAt = Number.NEGATIVE_INFINITY;
    let checkAt = TIMEOUT_MS;
    let here = false;
    return {
      hear(atMs, dbm) {
        heardAt = atMs;
        here = distance(filter(dbm)) <= maxDistance;
      },
      present(atMs) {
        for (; checkAt <= atMs; checkAt += TIMEOUT_MS) if (heardAt < checkAt - TIMEOUT_MS) here = false;
        return here;
      },
    };
  },
};

/** The estimate after each advert; how much time passed between them plays no part. */
export function createKalman(): (dbm: number) => number {
  let estimate: number | undefined;
  let covariance = MEASUREMENT_NOISE;
  return (dbm) => {
    if (estimate === undefined) estimate = dbm;
    else {
      const predicted = covariance + PROCESS_NOISE;
      const gain = predicted / (predicted + MEASUREMENT_NOISE);
      estimate += gain * (dbm - estimate);
      covariance = predicted - gain * predicted;
    }
    return estimate;
  };
}

/** Metres, to a decimetre. */
function distance(dbm: number): number {
  const ratio = dbm / MEASURED_POWER_DBM;
  const metres = ratio < 1 ? ratio ** 10 : 0.89976 * ratio ** 7.7095 + 0.111;
  return Math.round(metres * 10) / 10;
}
