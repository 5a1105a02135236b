import { MEASURED_POWER_DBM, type PeerRule } from './rule.ts';

const WINDOW_MS = 15_000;
const ABSORPTION = 2.7;
const ENTER_M = 2;
const LEAVE_M = 4;
const SILENT_MS = 10_000;

/** ESPresense 4: the mean of fifteen seconds without its outliers, in at two metres, out at four or after ten seconds of silence. */
export const espresense: PeerRule = {
  name: 'ESPresense',
  create(limitDbm) {
    const enterM = limitDbm === undefined ? ENTER_M : distance(limitDbm);
    const leaveM = enterM * (LEAVE_M / ENTER_M);
    const filter = createFencedMean();
    let heardAt = Number.NEGATIVE_INFINITY;
    let here = false;
    return {
      hear(atMs, dbm) {
        heardAt = atMs;
        const metres = distance(filter(atMs, dbm));
        if (metres <= enterM) here = true;
        else if (metres > leaveM) here = false;
      },
      present(atMs) {
        if (atMs - heardAt > SILENT_MS) here = false;
        return here;
      },
    };
  },
};

const distance = (dbm: number): number => 10 ** ((MEASURED_POWER_DBM - dbm) / (10 * ABSORPTION));

/** The estimate after each advert. */
export function createFencedMean(): (atMs: number, dbm: number) => number {
  let samples: { atMs: number; dbm: number }[] = [];
  return (atMs, dbm) => {
    samples = [...samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS), { atMs, dbm }];
    return fencedMean(samples.map((sample) => sample.dbm));
  };
}

/** The mean of what lies within Tukey's fences. */
function fencedMean(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const quantile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const [lower, upper] = [quantile(0.25), quantile(0.75)];
  const fence = 1.5 * (upper - lower);
  const kept = sorted.filter((value) => value >= lower - fence && value <= upper + fence);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}
