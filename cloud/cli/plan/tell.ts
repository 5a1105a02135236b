import type { BacktestAnswer } from '../backtest/answer.ts';
import { ENGLISH } from '../explain/texts-en.ts';
import { TRADITIONAL_CHINESE } from '../explain/texts-zh-tw.ts';
import { textsFor, wordFor } from '../language.ts';
import type { Change } from '../manifest/apply-answer.ts';
import { APPLY_TEXTS } from '../manifest/apply-texts.ts';
import { REACH_TEXTS, restText } from '../members/reach.ts';
import { printable, type Shell } from '../shell.ts';
import { tellTime } from '../time.ts';
import type { People, PlanAnswer, PlannedCampaign } from './answer.ts';
import { type Foreseen, OTHERS } from './foresee.ts';
import { futureLines } from './future.ts';
import { FUTURE_TEXTS } from './future-texts.ts';
import { type PlanTexts, TEXTS } from './texts.ts';

/** Longer values are told by their length. */
const SHORT = 60;
const MOST_REASONS = 4;

/** What changes: a line for every document, and below it every key that says something else. */
export function tellChanges(shell: Shell, { applied, removed }: PlanAnswer): void {
  const texts = textsFor(shell, TEXTS);
  const { actions } = textsFor(shell, APPLY_TEXTS);
  const widest = (key: 'kind' | 'id'): number => Math.max(0, ...[...applied, ...removed].map((it) => it[key].length));
  const [kindWidth, idWidth] = [widest('kind'), widest('id')];
  for (const { kind, id, action, version, changes = [] } of applied) {
    const then = version === undefined || action === 'unchanged' ? '' : `  v${version}`;
    const words = { ...actions, ...texts.actions };
    shell.out(`${printable(`${kind.padEnd(kindWidth)}  ${id.padEnd(idWidth)}  ${wordFor(words, action)}${then}`)}\n`);
    for (const change of changes) shell.out(`  ${printable(changeText(texts, change))}\n`);
  }
  for (const { kind, id, action } of removed) {
    shell.out(
      `${printable(`${kind.padEnd(kindWidth)}  ${id.padEnd(idWidth)}  ${wordFor(texts.removedAs, action)}`)}\n`,
    );
  }
  if (applied.every(({ action }) => action === 'unchanged') && removed.length === 0) {
    shell.talk(`${texts.nothingChanges}\n`);
  }
}

function changeText(texts: PlanTexts, change: Change): string {
  const { path, from, to } = change;
  if (from === undefined) return texts.added(path, valueText(texts, to));
  if (to === undefined) return texts.takenAway(path, valueText(texts, from));
  return texts.changed(path, valueText(texts, from), valueText(texts, to));
}

function valueText(texts: PlanTexts, value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= SHORT && !text.includes('\n') ? text : texts.longText(text.length);
}

/** Whom the campaigns would meet, what that costs, and what cannot be known. */
export function tellFuture(
  shell: Shell,
  plan: PlanAnswer,
  backtest: BacktestAnswer | undefined,
  { record, forecasts, unrecorded, quota }: Foreseen,
  timeZone: string,
): void {
  const texts = textsFor(shell, TEXTS);
  const future = textsFor(shell, FUTURE_TEXTS);
  if (plan.campaigns.length === 0) return;
  const restOf = ({ unreached }: People): string => restText(unreached, textsFor(shell, REACH_TEXTS));
  const day = (at: number): string => tellTime(at, timeZone).slice(0, 10);
  shell.out(`\n${texts.everybody(plan.people, restOf(plan.people))}\n${texts.honest}\n`);
  if (backtest !== undefined) {
    const since = Math.max(backtest.since, plan.recordedSince ?? backtest.since);
    shell.out(`${texts.basis(day(since), day(backtest.until), backtest.events, future.length(record.ms))}\n`);
  } else if (plan.recordedSince === undefined) shell.out(`${texts.noHistory}\n`);

  for (const campaign of plan.campaigns) {
    const told = forecasts.find((one) => one.campaign === campaign.campaign);
    const lines = [
      ...(campaign.state === 'paused' ? [texts.paused] : []),
      texts.audience(campaign.audience, restOf(campaign.audience)),
      ...pastLines(shell, texts, campaign, backtest),
      ...(told === undefined
        ? []
        : futureLines(campaign, told, { texts: future, record, day, price: plan.line.price })),
      ...campaign.overlaps.map((overlap) => besideText(texts, overlap)),
      ...unrecorded
        .filter((one) => one.campaign === campaign.campaign)
        .map(({ stores }) => texts.nothingRecorded(stores.join(', '))),
    ];
    shell.out(`\n${texts.campaign(campaign.campaign)}\n`);
    for (const line of lines) shell.out(`  ${printable(line)}\n`);
  }
  shell.out('\n');
  const { most } = plan.line.quota ?? {};
  if (plan.line.quota === undefined) shell.out(`${texts.quotaUnknown}\n`);
  else if (quota === undefined || most === undefined) shell.out(`${texts.quotaUnlimited}\n`);
  else {
    shell.out(`${texts.quota(quota.left, most, quota.needed)}\n`);
    const left = quota.without.map((id) => (id === OTHERS ? texts.others : id));
    if (left.length > 0) shell.out(`${printable(texts.quotaWithout(left.join(', ')))}\n`);
    if (!quota.enough) shell.out(`${texts.quotaShort(quota.needed - quota.left)}\n`);
  }
  if (plan.line.price === undefined && forecasts.some(({ pushes }) => pushes > 0)) shell.out(`${texts.noPrice}\n`);
}

function pastLines(
  shell: Shell,
  texts: PlanTexts,
  { campaign }: PlannedCampaign,
  backtest: BacktestAnswer | undefined,
): string[] {
  const tally = backtest?.would.find((one) => one.campaign === campaign);
  if (tally === undefined) return [];
  const { reasons } = shell.language === 'zh-TW' ? TRADITIONAL_CHINESE : ENGLISH;
  const list = Object.entries(tally.reasons)
    .slice(0, MOST_REASONS)
    .map(([reason, times]) => `${times} × ${wordFor(reasons, reason)}`);
  return [
    texts.came(tally.members.met, tally.outcomes.granted ?? 0, tally.members.given),
    ...(list.length === 0 ? [] : [texts.reasons(list.join(shell.language === 'en' ? '; ' : '；'))]),
    ...Object.entries(tally.lostTo).map(([winner, times]) => texts.lost(winner, times)),
  ];
}

function besideText(texts: PlanTexts, overlap: PlannedCampaign['overlaps'][number]): string {
  const { doors, phrases, follow, priority, group } = overlap;
  return texts.beside(
    overlap.with,
    [
      ...(doors.length > 0 ? [texts.atDoors(doors.join(', '))] : []),
      ...(phrases.length > 0 ? [texts.byPhrases(phrases.map((phrase) => `"${phrase}"`).join(', '))] : []),
      ...(follow ? [texts.byFollow] : []),
    ],
    priority,
    group,
  );
}
