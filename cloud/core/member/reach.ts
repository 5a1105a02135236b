/** Whether LINE can carry an offer to a member; where it cannot, the first thing that is missing. */
export const REACHES = ['reachable', 'no_line', 'blocked', 'no_consent'] as const;
export type Reach = (typeof REACHES)[number];

/** Of members who cannot be reached, how many for each reason; the first that holds counts. */
export type Unreached = Readonly<Record<Exclude<Reach, 'reachable'>, number>>;

/** `line`: a LINE account is tied to the member; who came by an import alone has none. */
export function reachOf({
  line,
  blocked,
  consent,
}: {
  readonly line: boolean;
  readonly blocked: boolean;
  readonly consent: 'granted' | 'withdrawn' | 'none';
}): Reach {
  if (!line) return 'no_line';
  if (blocked) return 'blocked';
  return consent === 'granted' ? 'reachable' : 'no_consent';
}

/** How many can be reached, and why the others cannot. */
export function countReaches(reaches: Iterable<Reach>): {
  readonly reachable: number;
  readonly unreached: Unreached;
} {
  const counts = { reachable: 0, no_line: 0, blocked: 0, no_consent: 0 };
  for (const reach of reaches) counts[reach] += 1;
  const { reachable, ...unreached } = counts;
  return { reachable, unreached };
}
