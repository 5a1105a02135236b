/**
 * How the doctor thinks. Probes bring facts; a rule judges facts and nothing else:
 *
 *   probes ──▶ facts ──▶ rules, in the order of the table ──▶ checks
 *
 * Invariants: the order of the table is the order of causes, so the first check that fails is what to mend first. A rule
 * whose need is not met is skipped and names the failing check below it: one fault makes one failure and no echo.
 */
export type Status = 'ok' | 'warn' | 'fail' | 'skip';

/** One line of the doctor's report; `--json` prints exactly these. */
export interface Check {
  /** Kebab-case, stable. */
  readonly name: string;
  readonly status: Status;
  readonly finding: string;
  /** What to do; empty where nothing is to be done. */
  readonly remedy: string;
}

export const GROUPS = ['machine', 'identity', 'store', 'clock', 'adapter', 'radio', 'broker', 'daemons'] as const;
export type Group = (typeof GROUPS)[number];

/** What a probe saw, or why it saw nothing: no permission, no such thing on this machine. */
export type Fact<T> =
  | { readonly at: 'known'; readonly value: T }
  | { readonly at: 'unseen'; readonly why: string; readonly remedy?: string };

export type Verdict = Omit<Check, 'name'>;

export interface Rule<Facts> {
  readonly name: string;
  readonly group: Group;
  /** Rules further up that must not fail, or this one means nothing. What could not be seen is not a failure. */
  readonly needs?: readonly string[];
  readonly judge: (facts: Facts) => Verdict;
}

export const known = <T>(value: T): Fact<T> => ({ at: 'known', value });
export const unseen = (why: string, remedy = ''): Fact<never> => ({ at: 'unseen', why, remedy });

export const ok = (finding: string): Verdict => ({ status: 'ok', finding, remedy: '' });
export const warn = (finding: string, remedy: string): Verdict => ({ status: 'warn', finding, remedy });
export const fail = (finding: string, remedy: string): Verdict => ({ status: 'fail', finding, remedy });
export const skip = (finding: string, remedy = ''): Verdict => ({ status: 'skip', finding, remedy });

/** Judges what was seen; what was not is skipped with the probe's own reason. */
export const seen = <T>(fact: Fact<T>, judge: (value: T) => Verdict): Verdict =>
  fact.at === 'known' ? judge(fact.value) : skip(`not seen: ${fact.why}`, fact.remedy ?? '');

/** Every rule's check, in the order of the rules. */
export function examine<Facts>(rules: readonly Rule<Facts>[], facts: Facts): Check[] {
  /** The failing check at the bottom of each that fails or waits for one. */
  const causes = new Map<string, string>();
  return rules.map(({ name, needs = [], judge }) => {
    const cause = needs.map((need) => causes.get(need)).find((root) => root !== undefined);
    const verdict = cause === undefined ? judge(facts) : skip(`needs ${cause}, which fails`);
    if (cause !== undefined || verdict.status === 'fail') causes.set(name, cause ?? name);
    return { name, ...verdict };
  });
}
