import type { Street } from './street.ts';

export interface Contender {
  /** A loop of its own for each, so that neither side's calls hinder the compiler with the other's. */
  run(packets: readonly Buffer[]): void;
}

export interface RoundFigures {
  readonly reportsPerSecond: number;
  readonly cpuMicrosPerReport: number;
}

/**
 * Feeds the same packets to every contender, some thousand at a time and in turn, so that a busy moment of the machine
 * meets them all. Returns each one's figures round by round; one round before them is for the compiler.
 */
export function interleave<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  street: Street,
  { reports, rounds }: { readonly reports: number; readonly rounds: number },
): Record<Name, RoundFigures[]> {
  const names = Object.keys(contenders) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, RoundFigures[]>;
  const turns = Math.max(1, Math.ceil(reports / rounds / street.packets.length));
  for (let round = -1; round < rounds; round += 1) {
    const spent = new Map(names.map((name) => [name, { wallMs: 0, cpuMicros: 0 }]));
    for (let turn = 0; turn < turns; turn += 1) {
      street.moveOn();
      for (const [name, sum] of spent) {
        const cpu = process.cpuUsage();
        const from = performance.now();
        contenders[name].run(street.packets);
        sum.wallMs += performance.now() - from;
        const { user, system } = process.cpuUsage(cpu);
        sum.cpuMicros += user + system;
      }
    }
    if (round < 0) continue;
    const fed = turns * street.packets.length;
    for (const [name, { wallMs, cpuMicros }] of spent) {
      figures[name].push({ reportsPerSecond: (fed / wallMs) * 1_000, cpuMicrosPerReport: cpuMicros / fed });
    }
  }
  return figures;
}
