import { type Result, reject } from '../../protocol/result.ts';
import type { AttemptOutcome } from '../core/deliver/settle.ts';
import type { LineTrouble } from '../core/line-account.ts';
import { lineSentenceOf } from './line-error.ts';
import type { LineAnswer } from './line-transport.ts';

/**
 * What an answer means. Between us and LINE stand proxies and captive portals that answer in its name, also 200 and 403:
 * an answer that is not in LINE's form is not LINE's, and says nothing about the message.
 */
type Answered = Extract<LineAnswer, { at: 'answered' }>;

/** Its status told by LINE itself; its errors too carry JSON with a sentence. */
export const isLines = (answer: LineAnswer): answer is Answered =>
  answer.at === 'answered' &&
  (answer.status === 200 ? jsonOf(answer) !== undefined : lineSentenceOf(answer.body) !== undefined);

/** The JSON of a 200. */
export function jsonOf(answer: LineAnswer): unknown {
  if (answer.at !== 'answered' || answer.status !== 200) return undefined;
  try {
    return JSON.parse(answer.body);
  } catch {
    return undefined;
  }
}

const REQUEST_ID = 'x-line-request-id';
const ACCEPTED_REQUEST_ID = 'x-line-accepted-request-id';

/** What it means for a message. */
export function outcomeOf(answer: LineAnswer): AttemptOutcome {
  if (answer.at !== 'answered') return answer;
  const { status, header, body } = answer;
  if (status >= 500) return { at: 'no-answer', detail: `LINE answered ${status}` };
  if (!isLines(answer)) {
    // A box that counts calls lets none of them through, whoever they are to.
    return status === 429 ? { at: 'rate-limited' } : { at: 'no-answer', detail: notLines(answer) };
  }
  if (status === 200) return accepted('accepted', header(REQUEST_ID));
  const message = lineSentenceOf(body) ?? '';
  if (status === 409) return accepted('accepted-before', header(ACCEPTED_REQUEST_ID));
  if (status === 401) return { at: 'unauthorized' };
  if (status === 429) return tooManyOf(message);
  if (status === 400 && /invalid reply token/i.test(message)) return { at: 'invalid-reply-token' };
  return { at: 'refused', status, message };
}

/**
 * 429 has four meanings and no code tells them apart. Two texts are documented; whatever else it says concerns this call
 * alone: too much to one person, or too much at once.
 */
function tooManyOf(message: string): AttemptOutcome {
  if (/monthly limit/i.test(message)) return { at: 'quota-exhausted' };
  if (/rate limit/i.test(message)) return { at: 'rate-limited' };
  return { at: 'too-many', message };
}

const accepted = (at: 'accepted' | 'accepted-before', requestId: string | undefined): AttemptOutcome => ({
  at,
  ...(requestId !== undefined && { requestId }),
});

/** What went wrong with a question; `undefined` where LINE answered as asked. */
export function troubleOf(answer: LineAnswer): Result<never, LineTrouble> | undefined {
  if (answer.at !== 'answered') return reject('unreachable', answer.detail);
  if (!isLines(answer)) return reject('unreachable', notLines(answer));
  const told = `${answer.status}: ${lineSentenceOf(answer.body)}`;
  if (answer.status === 401) return reject('unauthorized', told);
  if (answer.status !== 200) return reject('refused', told);
  return undefined;
}

const MOST_TOLD = 100;

const notLines = ({ status, body }: Answered): string =>
  `the answer ${status} is not LINE's: ${body.slice(0, MOST_TOLD)}`;
