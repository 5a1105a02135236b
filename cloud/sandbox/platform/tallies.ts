/** What LINE counts for an account: messages by day, names of aggregation units by month. Its days are those of UTC+9. */
export interface Tallies {
  /** Messages to people, by day (`yyyyMMdd`). */
  readonly sent: Map<string, Record<SentBy, number>>;
  /** Names of aggregation units, by month (`yyyyMM`). */
  readonly units: Map<string, Set<string>>;
  /** The month `quotaUsed` belongs to. */
  quotaMonth: string | undefined;
}

export type SentBy = 'reply' | 'push' | 'multicast';

const UTC_PLUS_9_MS = 9 * 3_600_000;
const DAYS_KEPT = 400;
/** From the thousand-and-first name of a month on, messages go out without it, and nobody is told. */
export const UNITS_PER_MONTH = 1_000;

export const emptyTallies = (): Tallies => ({ sent: new Map(), units: new Map(), quotaMonth: undefined });

export const dayOf = (atMs: number): string =>
  new Date(atMs + UTC_PLUS_9_MS).toISOString().slice(0, 10).replaceAll('-', '');

export const monthOf = (atMs: number): string => dayOf(atMs).slice(0, 6);

export function countSent({ sent }: Tallies, by: SentBy, people: number, atMs: number): void {
  const day = dayOf(atMs);
  const counts = sent.get(day) ?? { reply: 0, push: 0, multicast: 0 };
  counts[by] += people;
  sent.set(day, counts);
  for (const old of sent.keys()) {
    if (sent.size <= DAYS_KEPT) break;
    sent.delete(old);
  }
}

export function countUnit({ units }: Tallies, name: string, atMs: number): void {
  const month = monthOf(atMs);
  const names = units.get(month) ?? new Set();
  if (names.size < UNITS_PER_MONTH) names.add(name);
  units.set(month, names);
}
