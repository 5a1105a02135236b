import type { LineMessage } from './messages/message.ts';
import type { Moment, PlatformState } from './state.ts';

/** One HTTP request to the Messaging API. Header names are lower case; `path` has no query, `query` no question mark. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Raw bytes, or the fact that there were more of them than LINE reads. */
  readonly body: Uint8Array | 'too_large';
}

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What an answered call makes happen outside. */
export interface ShowEffect {
  readonly type: 'show';
  /** A person's id, or a group's or room's. */
  readonly chatId: string;
  readonly via: 'reply' | 'push';
  readonly requestId: string;
  readonly messages: readonly LineMessage[];
}

/** A sign in a chat that is no message. */
export interface SignEffect {
  readonly type: 'sign';
  readonly userId: string;
  readonly sign: 'loading' | 'read';
}

export type Effect = ShowEffect | SignEffect;

/** What the judge writes down about a call beyond its HTTP side. */
export interface ApiNote {
  readonly retryKey?: string;
  readonly to?: readonly string[];
  /** The event a reply answered. */
  readonly webhookEventId?: string;
  readonly messages?: number;
  /** People who see it; absent where nothing was accepted. */
  readonly reached?: number;
  /** Who they are, where it is not just everybody in `to`. */
  readonly shownTo?: readonly string[];
}

/** The result of one endpoint. */
export interface Handled {
  readonly response: ApiResponse;
  readonly effects?: readonly Effect[];
  readonly note?: ApiNote;
}

/** What every endpoint gets. */
export interface Call {
  readonly state: PlatformState;
  readonly request: ApiRequest;
  readonly moment: Moment;
  readonly requestId: string;
  /** What the path holds in place of `:id`. */
  readonly pathId: string;
}

/** An error answer in LINE's form. */
export const refuse = (status: number, message: string, more: Readonly<Record<string, unknown>> = {}): ApiResponse => ({
  status,
  body: { message, ...more },
});

/** The fields of a form in the body; nothing of a body that is none. */
export const formOf = ({ body }: ApiRequest): URLSearchParams =>
  new URLSearchParams(body === 'too_large' ? '' : Buffer.from(body).toString('utf8'));

export const ok = (body: Readonly<Record<string, unknown>>): ApiResponse => ({ status: 200, body });
