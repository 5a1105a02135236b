import { type Dispatcher, Pool } from 'undici';
import { errorMessage } from '../../protocol/error-message.ts';

/**
 * The way to LINE: connections kept open to one origin, and three ends a call can come to. At LINE's 2,000
 * calls a second `fetch` would fill a core; such a pool takes a twelfth of one, for answers that are read whole and not
 * as streams (30 µs a call instead of 50).
 */
export interface LineTransport {
  call(request: LineRequest): Promise<LineAnswer>;
  /** Resolves when the calls in flight have ended. */
  close(): Promise<void>;
  /** Cuts the calls in flight; nobody knows what arrived of them. */
  end(): Promise<void>;
}

export interface LineRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Less than a call may take anyway. */
  readonly withinMs?: number;
}

export type LineAnswer =
  | {
      readonly at: 'answered';
      readonly status: number;
      readonly header: (name: string) => string | undefined;
      readonly body: string;
    }
  /** No connection came about, so no byte of the call left this machine. */
  | { readonly at: 'not-sent'; readonly detail: string }
  /** A time-out or a broken connection: nobody knows what arrived. */
  | { readonly at: 'no-answer'; readonly detail: string };

export interface LineDeadlines {
  /**
   * Far below the wait for an answer: a LINE that cannot be reached at all is then known to have heard nothing, and the
   * call is not in doubt.
   */
  readonly connectMs: number;
  /** LINE itself answers in well under a second. */
  readonly answerMs: number;
}

const DEADLINES: LineDeadlines = { connectMs: 1_500, answerMs: 4_000 };
/** So long a call takes at most, from beginning to end, however slowly its answer drips in. */
export const LONGEST_CALL_MS = DEADLINES.connectMs + DEADLINES.answerMs;
/** At 50 ms an answer 110 calls under way use LINE's allowance up. */
const CONNECTIONS = 256;
/** LINE's answers are a few hundred bytes; a box on the way may have more to say. */
const MOST_ANSWER_BYTES = 256 * 1024;

export function createLineTransport(origin: string, deadlines: LineDeadlines = DEADLINES): LineTransport {
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    connect: { timeout: deadlines.connectMs },
    headersTimeout: deadlines.answerMs,
    bodyTimeout: deadlines.answerMs,
    maxResponseSize: MOST_ANSWER_BYTES,
  });
  const longestMs = deadlines.connectMs + deadlines.answerMs;
  return {
    call: ({ method, path, headers, body, withinMs = longestMs }) =>
      new Promise((done) => {
        let begun: Dispatcher.DispatchController | undefined;
        let late: Error | undefined;
        const deadline = setTimeout(
          () => {
            late = new DOMException(`no whole answer within ${withinMs} ms`, 'TimeoutError');
            // One that still waits for a connection is never begun.
            if (begun === undefined) resolve({ at: 'not-sent', detail: `no connection within ${withinMs} ms` });
            else begun.abort(late);
          },
          Math.min(withinMs, longestMs),
        );
        const resolve = (answer: LineAnswer): void => {
          clearTimeout(deadline);
          done(answer);
        };
        let status = 0;
        let received: Record<string, string | string[] | undefined> = {};
        const chunks: Buffer[] = [];
        const fail = (error: unknown): void =>
          resolve({ at: neverConnected(error) ? 'not-sent' : 'no-answer', detail: sentenceOf(error) });
        const header = (name: string): string | undefined => {
          const value = received[name];
          return Array.isArray(value) ? value[0] : value;
        };
        const handler: Dispatcher.DispatchHandler = {
          onRequestStart(controller) {
            if (late !== undefined) controller.abort(late);
            begun = controller;
          },
          onResponseStart(_controller, statusCode, given) {
            status = statusCode;
            received = given;
          },
          onResponseData: (_controller, chunk) => void chunks.push(chunk),
          onResponseEnd: () =>
            resolve({ at: 'answered', status, header, body: Buffer.concat(chunks).toString('utf8') }),
          onResponseError: (_controller, error) => fail(error),
        };
        try {
          pool.dispatch({ method, path, headers, body: body ?? null }, handler);
        } catch (error) {
          fail(error);
        }
      }),
    close: () => pool.close(),
    end: () => pool.destroy(),
  };
}

const sentenceOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(sentenceOf).join('; ');
  return error instanceof Error ? `${error.name}: ${error.message}` : errorMessage(error);
};

/** A certificate is looked at before anything is said over the connection. */
const BEFORE_THE_CALL =
  /^(UND_ERR_CONNECT_TIMEOUT|ERR_TLS_CERT_\w+|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/;

/**
 * Whether a call failed before there was a connection to send it on. The system call tells, not the error code alone:
 * a connection that was up may break with EHOSTUNREACH too, and then nobody knows what arrived.
 */
export function neverConnected(error: unknown): boolean {
  // One error for each address the name has.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(neverConnected);
  if (!(error instanceof Error)) return false;
  if ('code' in error && BEFORE_THE_CALL.test(String(error.code))) return true;
  return 'syscall' in error && (error.syscall === 'connect' || error.syscall === 'getaddrinfo');
}
