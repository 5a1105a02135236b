import type { AdvertsBench } from './measure.ts';
import type { Spread } from './spread.ts';

/** The figures as a table for people: median and, in brackets, the worst and best round. */
export function renderAdverts(bench: AdvertsBench): string {
  const { peers, ratios, rounds, settings, machine } = bench;
  const advlib = peers.advlibBle;
  const rows: readonly (readonly [what: string, figure: string, ratio: string])[] = [
    [
      'HCI bytes → frame → presence',
      perSecond(rounds.reportsPerSecond),
      `${micros(bench.cpuMicrosPerReport)} CPU each`,
    ],
    ['  a bare loop over the same bytes', perSecond(rounds.bareLoopReportsPerSecond), times(ratios.pureToBareLoop)],
    ['the same, registered tags only', perSecond(rounds.tagsOnlyReportsPerSecond), ''],
    ['  a bare loop', perSecond(rounds.tagsOnlyBareLoopReportsPerSecond), times(ratios.pureToBareLoopTagsOnly)],
    ['iBeacon reports decoded', advlib === null ? 'not measured' : perSecond(advlib.ourDecodesPerSecond), ''],
    [
      '  advlib-ble',
      advlib === null ? 'not measured' : perSecond(advlib.decodesPerSecond),
      advlib === null ? '' : times(advlib.oursOverTheirs),
    ],
    ["through noble's socket", perSecond(rounds.viaNobleReportsPerSecond), ''],
    [
      "  noble's HCI layer, nobody listening",
      perSecond(peers.nobleEmptyListener.reportsPerSecond),
      times(ratios.viaNobleToEmptyListener),
    ],
    ['  noble with discover', perSecond(peers.nobleDiscover.reportsPerSecond), times(ratios.viaNobleToDiscover)],
    [`memory after ${count(settings.reports)} reports`, `${bench.rssGrowthMiB.toFixed(1)} MiB more`, ''],
    [
      '  noble with discover, extrapolated',
      `${peers.nobleDiscover.growthMiBExtrapolated.toFixed(0)} MiB more`,
      `from ${peers.nobleDiscover.sampleGrowthMiB.toFixed(0)} MiB after ${count(peers.nobleDiscover.sampleReports)}`,
    ],
  ];
  const table = rows.map(([what, figure, ratio]) => `${what.padEnd(40)}${figure.padEnd(42)}${ratio}`.trimEnd());
  const about = [
    `${count(settings.addresses)} random addresses; ${settings.mix}.`,
    `Median of ${settings.rounds} rounds (worst–best); ratios are ours ÷ theirs, round by round. ` +
      `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}.`,
    ...bench.notes,
  ];
  return [...table, '', ...about].join('\n');
}

const count = (value: number): string => Math.round(value).toLocaleString('en');
const perSecond = ({ median, min, max }: Spread): string => `${count(median)}/s (${count(min)}–${count(max)})`;
const times = ({ median, min, max }: Spread): string => `× ${short(median)} (${short(min)}–${short(max)})`;
const short = (value: number): string => value.toFixed(value < 10 ? 2 : 1);
const micros = (value: number): string => `${value.toFixed(2)} µs`;
