import { type Check, GROUPS, type Group, type Rule, type Status } from './check.ts';

/** Wraps text in a colour, or leaves it alone where colours are not wanted. */
export type Paint = (status: Status, text: string) => string;

const SIGNS: Readonly<Record<Status, string>> = { ok: '✓', warn: '!', fail: '✗', skip: '·' };

const TITLES: Readonly<Record<Group, string>> = {
  machine: 'This machine',
  identity: 'Who the node is',
  store: 'Data folder and outbox',
  clock: 'Clock',
  adapter: 'Bluetooth adapter',
  radio: 'On the air',
  broker: 'Way to the broker',
  daemons: 'Daemons',
};

/** The report for people: what is wrong and what to do first, then everything by group. */
export function renderChecks(
  checks: readonly Check[],
  rules: readonly Pick<Rule<never>, 'name' | 'group'>[],
  paint: Paint,
): string {
  const groupOf = new Map(rules.map(({ name, group }) => [name, group]));
  const sign = ({ status }: Check): string => paint(status, SIGNS[status]);
  const trouble = (status: Status): string[] =>
    checks
      .filter((check) => check.status === status)
      .flatMap((check) => [`${sign(check)} ${check.name}: ${check.finding}`, `    → ${check.remedy}`]);
  const unseen = checks.flatMap(({ status, remedy }) => (status === 'skip' && remedy !== '' ? [remedy] : []));
  const toSeeMore = [...new Set(unseen)].map((remedy) => `To see more: ${remedy}`);
  const groups = GROUPS.flatMap((group) => {
    const own = checks.filter(({ name }) => groupOf.get(name) === group);
    const lines = own.map((check) => `  ${sign(check)} ${check.name.padEnd(NAME_WIDTH)} ${check.finding}`);
    return own.length === 0 ? [] : ['', TITLES[group], ...lines];
  });
  return [
    summary(checks, paint),
    ...spaced(trouble('fail')),
    ...spaced(trouble('warn')),
    ...spaced(toSeeMore),
    ...groups,
  ].join('\n');
}

const NAME_WIDTH = 18;

const spaced = (lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', ...lines]);

function summary(checks: readonly Check[], paint: Paint): string {
  const count = (status: Status): number => checks.filter((check) => check.status === status).length;
  const [failing, warning, skipped] = [count('fail'), count('warn'), count('skip')];
  const rest = `${warning} to look at, ${count('ok')} good, ${skipped} not checked`;
  if (failing > 0)
    return `${paint('fail', `${failing} of ${checks.length} checks fail; mend the first one first`)} (${rest})`;
  if (warning > 0) return `${paint('warn', 'Nothing fails')} (${rest})`;
  return `${paint('ok', 'All is well')} (${rest})`;
}
