/**
 * Whether the rows agree with one another. Each tie names a total and the parts it is made of, and adds up where the
 * parts come to the total. Of the parts, a gap is what somebody should know of though it adds up: what waits for long,
 * what nobody can tell, a coupon redeemed without a sale. A broken one must never be, and is why the books are wrong.
 */
export interface Part {
  readonly code: string;
  readonly many: number;
  readonly is: 'fine' | 'gap' | 'broken';
}

export interface Tie {
  readonly code: string;
  readonly total: number;
  readonly parts: readonly Part[];
  readonly addsUp: boolean;
}

/** A counter beside the rows it counts. */
export interface CounterTie {
  readonly key: string;
  readonly counter: number;
  readonly rows: number;
}

export interface Reconciliation {
  readonly v: 1;
  readonly report: 'reconcile';
  readonly since: number;
  readonly until: number;
  readonly madeAt: number;
  readonly timeZone: string;
  readonly ties: readonly Tie[];
  /** Those that differ. */
  readonly counters: readonly CounterTie[];
  readonly countersLooked: number;
  readonly addsUp: boolean;
}

export interface TieFacts {
  readonly code: string;
  readonly total: number;
  readonly parts: readonly Part[];
}

export const part = (code: string, many: number, is: Part['is'] = 'fine'): Part => ({ code, many, is });

export const tieOf = ({ code, total, parts }: TieFacts): Tie => ({
  code,
  total,
  parts,
  addsUp:
    parts.reduce((sum, { many }) => sum + many, 0) === total &&
    parts.every(({ is, many }) => is !== 'broken' || many === 0),
});

export function reconcile(
  facts: readonly TieFacts[],
  counters: readonly CounterTie[],
): Pick<Reconciliation, 'ties' | 'counters' | 'countersLooked' | 'addsUp'> {
  const ties = facts.map(tieOf);
  const differing = counters.filter(({ counter, rows }) => counter !== rows);
  return {
    ties,
    counters: differing,
    countersLooked: counters.length,
    addsUp: differing.length === 0 && ties.every(({ addsUp }) => addsUp),
  };
}
