import { CASES, type DecideCase } from './cases.fixture.ts';
import { GATES } from './gates.ts';
import { OUTCOMES, type Outcome, REASON_TEXT, type RefusalReason } from './reasons.ts';

/** The page of docs that says who gets what and why not, from the same table that tests the gates. */
export const decisionsPage = (): string => `# How Pharos decides

<!-- Made by scripts/checks/decisions-page.ts --write from the table that tests the gates; do not edit. -->

Whenever something happens (a phone or a tag comes near, somebody becomes a friend or types a phrase, a time comes),
every running campaign that waits for it is weighed. It passes the gates below in their order, and the first gate that
does not let it through names the reason. Each of these decisions is kept, also for everyone who got nothing:
\`pharos explain <event, coupon, delivery or member id>\` tells them back.

## What may come of it

| outcome | what it means | for example |
| --- | --- | --- |
${OUTCOMES.map(outcomeRow).join('\n')}

## The gates, in their order

${GATES.map(({ name }) => gateSection(name)).join('\n')}
## How it is said

Who passes every gate is granted the coupon, and the message leaves by the way that is open:

${bullets(CASES.filter((one) => one.expect.outcome === 'granted'))}
`;

const MEANING: Readonly<Record<Outcome, string>> = {
  granted: 'a new coupon, and a message that shows it',
  reissued: 'the coupon held already is shown again, by reply',
  refused: 'nothing, for the reason named; who asked for what is all given out may be told so',
  deferred: 'put off, and decided again when the quiet hours end',
  ghost: 'would have got it, and by design does not: the control group of an experiment',
};

/** What each gate looks at, for somebody who has never seen it. */
const LOOKS_AT: Readonly<Record<string, string>> = {
  fresh: 'Is it new enough?',
  trust: 'Did our own node say so?',
  known: 'Do we know who it is?',
  consent: 'May this person be sent offers?',
  active: 'Does the campaign run?',
  window: 'Is it one of its days and hours?',
  audience: 'Is this person meant?',
  visit: 'Is it the first time in this visit?',
  priority: 'Has no better campaign had the event?',
  caps: 'Is every limit unreached?',
  coupon: 'Does the person hold no coupon of it?',
  quiet: 'Is it no quiet hour?',
  stock: 'Is a coupon left?',
  budget: 'Is a push left in the budget?',
  quota: 'Does LINE let the account push?',
  route: 'Is there still a way to say it?',
  make: 'Could coupon and message be made?',
  holdout: 'Is the person outside the control group?',
};

function outcomeRow(outcome: Outcome): string {
  const example = CASES.find(
    ({ expect }) => expect.outcome === outcome && (!('reason' in expect) || expect.reason === 'already_has_coupon'),
  );
  return `| \`${outcome}\` | ${MEANING[outcome]} | ${example?.says ?? ''} |`;
}

function gateSection(gate: string): string {
  const stopped = CASES.filter(({ expect }) => 'gate' in expect && expect.gate === gate);
  const reasons = [...new Set(stopped.map(endOf))];
  return `### ${gate}: ${LOOKS_AT[gate] ?? ''}

${reasons.map((end) => `${heading(end)}\n\n${bullets(stopped.filter((one) => endOf(one) === end))}\n`).join('\n')}`;
}

/** The reason as it is kept, or the outcome where there is none. */
function endOf({ expect }: DecideCase): RefusalReason | 'reissued' {
  switch (expect.outcome) {
    case 'refused':
      return expect.reason;
    case 'deferred':
      return 'quiet_hours_deferred';
    case 'ghost':
      return 'holdout';
    case 'reissued':
    case 'granted':
      return 'reissued';
  }
}

const heading = (end: RefusalReason | 'reissued'): string =>
  end === 'reissued' ? `\`reissued\`: ${MEANING.reissued}.` : `\`${end}\`: ${REASON_TEXT[end]}.`;

const bullets = (cases: readonly DecideCase[]): string =>
  cases.map(({ name, says }) => `- ${says} (Case: ${name}.)`).join('\n');
