import { own } from '../../../protocol/own.ts';
import { MISMATCH_TEXT } from '../../core/decide/match.ts';
import { wordFor } from '../language.ts';
import { tellTime } from '../time.ts';
import { tellFigure } from './figure.ts';
import type { ExplainTexts } from './texts.ts';
import type { ToldCoupon, ToldDecision, ToldDelivery, ToldEvent, ToldExplanation } from './told.ts';

export interface TellOptions {
  readonly texts: ExplainTexts;
  /** Zone of all times; otherwise each event's own, if the server knows it. */
  readonly timeZone?: string | undefined;
  /** Makes a headline stand out. */
  readonly strong?: (text: string) => string;
}

/** An explanation as plain sentences, one event after another, indented by what belongs to what. */
export function tellExplanation({ events }: ToldExplanation, options: TellOptions): string {
  if (events.length === 0) return `${options.texts.nothing}\n`;
  return events.map((event) => `${tellEvent(event, options).join('\n')}\n`).join('\n');
}

function tellEvent(event: ToldEvent, { texts, timeZone, strong = (text) => text }: TellOptions): string[] {
  const { id, ear, type, state, decisions, others } = event;
  const time = (at: number): string => tellTime(at, timeZone ?? event.timeZone);
  const key = `${ear}.${type}`;
  const happened = own(texts.happened, key) ?? texts.somethingHappened(ear, type);
  const nothingDecided = decisions.length === 0 && state === 'done';
  return [
    strong(`${id}  ${happened}  ${time(event.at)}`),
    ...indent([
      // What is typed or comes due happens at no place.
      ...(happensSomewhere(event) ? [texts.where(event)] : []),
      texts.who(event.member, event.visit),
      ...(event.hwid === undefined ? [] : [texts.heardFrame(event.hwid, event.dm)]),
      ...(event.trust === undefined ? [] : [wordFor(texts.trust, event.trust)]),
      texts.received(time(event.receivedAt), event.ageMs === undefined ? undefined : tellAge(event.ageMs)),
      ...(state === 'done' ? [] : [state === 'pending' ? texts.pending : texts.failed]),
      ...(nothingDecided ? [isUnmatched(event) ? texts.noPhrase : texts.noCandidates] : []),
      ...decisions.flatMap((decision) => tellDecision(decision, texts, time)),
      ...(others.length === 0 ? [] : [texts.others]),
      ...indent(others.map(({ campaign, why }) => texts.other(campaign, wordFor(texts.otherReasons, why)))),
    ]),
  ];
}

const happensSomewhere = ({ ear, type, store }: ToldEvent): boolean =>
  store !== undefined || ear === 'tag' || type === 'beacon';

/** Somebody wrote, and every campaign that waits for a phrase waits for another one. */
const isUnmatched = ({ ear, type, others }: ToldEvent): boolean =>
  ear === 'line' && type === 'message' && others.some(({ why }) => why === MISMATCH_TEXT.other_phrase);

type TellTime = (at: number) => string;

function tellDecision(decision: ToldDecision, texts: ExplainTexts, time: TellTime): string[] {
  const { campaign, version, outcome, reason, sentence, passed, figure, coupon, delivery } = decision;
  // The server may know a reason that this table does not; then its own sentence is told.
  const why = reason === undefined ? undefined : wordFor(texts.reasons, reason);
  const known = why === reason ? (sentence ?? why) : why;
  const because = reason === undefined || known === undefined ? '' : texts.because(known, reason);
  const gates = passed.map((gate) => wordFor(texts.gates, gate)).join(texts.listSeparator);
  return [
    texts.decision(campaign, version, texts.outcome[outcome](because)),
    ...indent([
      ...(figure === undefined ? [] : [tellFigure(figure, { texts: texts.figures, time, age: tellAge })]),
      ...(passed.length === 0 ? [] : [texts.passed(gates)]),
      ...(coupon === undefined ? [] : tellCoupon(coupon, texts, time)),
      ...(outcome === 'refused' && delivery !== undefined ? [texts.soldOut] : []),
      ...(delivery === undefined ? [] : tellDelivery(delivery, texts, time)),
    ]),
  ];
}

function tellCoupon(coupon: ToldCoupon, texts: ExplainTexts, time: TellTime): string[] {
  const { id, state, expiresAt, openedAt, opened, redeemed } = coupon;
  return [
    texts.coupon(id, wordFor(texts.couponStates, state), time(expiresAt)),
    ...indent([
      ...(openedAt === undefined ? [] : [texts.opened(time(openedAt), opened)]),
      ...(redeemed === undefined ? [] : [texts.redeemed(time(redeemed.at), redeemed.place, redeemed.id)]),
    ]),
  ];
}

function tellDelivery(delivery: ToldDelivery, texts: ExplainTexts, time: TellTime): string[] {
  const { id, route, multicast, state, parkReason, requestId, attempts } = delivery;
  const ended =
    state === 'parked' && parkReason !== undefined
      ? texts.parked(wordFor(texts.parkReasons, parkReason))
      : wordFor(texts.deliveryStates, state);
  const lines = attempts.map(({ at, endedAt, outcome, detail }) =>
    texts.attempt(time(at), endedAt - at, wordFor(texts.attemptOutcomes, outcome), detail),
  );
  return [
    texts.delivery(
      id,
      wordFor(texts.routes, multicast === true ? 'multicast' : route),
      `${ended}${requestId === undefined ? '' : texts.requestId(requestId)}`,
    ),
    ...indent(lines.length > 0 ? lines : [texts.noAttempt]),
  ];
}

/** `0.4 s`, `12 s`, `5 min`, `3 h`: as exact as anybody cares to know. */
function tellAge(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
