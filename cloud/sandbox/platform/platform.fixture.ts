import type { ApiRequest } from './answer.ts';
import { type ApiOutcome, handleApi } from './api.ts';
import { type EventContent, mintEvent, type WebhookEvent } from './event.ts';
import type { Entropy } from './mint.ts';
import type { SandboxSettings } from './settings.ts';
import { type Channel, initialState, type Moment, type PlatformState } from './state.ts';
import { makeUser, type NewUser } from './user.ts';
import { openReplyToken } from './webhook.ts';

/** A platform with a hand-wound clock and randomness that counts. */
export const CHANNEL: Channel = {
  channelId: '1234567890',
  secret: '0123456789abcdef0123456789abcdef',
  accessToken: 'token-of-the-test',
  botUserId: 'U0000000000000000000000000000beef',
  displayName: 'Tea House',
};

export const ALICE = `U${'a'.repeat(32)}`;
export const BOB = `U${'b'.repeat(32)}`;
export const T0 = 1_767_225_600_000;

export function countingEntropy(): Entropy {
  let count = 0;
  return (length) => {
    count += 1;
    const bytes = Buffer.alloc(length);
    bytes.writeUIntBE(count, Math.max(0, length - 4), Math.min(4, length));
    return bytes;
  };
}

export interface Rig {
  readonly state: PlatformState;
  now(): number;
  advance(ms: number): void;
  moment(): Moment;
  /** A call as a right client makes it; `headers` and `body` override. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string | undefined>): ApiOutcome;
  /** A GET with a query. */
  ask(path: string, query: string | undefined): ApiOutcome;
  /** An event whose webhook has just been sent. */
  deliver(userId: string, content: EventContent, chatId?: string): WebhookEvent;
  redeliver(event: WebhookEvent): void;
}

export function makeRig(settings: Partial<SandboxSettings> = {}): Rig {
  const state = initialState(CHANNEL, settings);
  const entropy = countingEntropy();
  let nowMs = T0;
  const addUser = (userId: string, given: NewUser = {}) => state.users.set(userId, makeUser(userId, given));
  addUser(ALICE, { displayName: 'Alice' });
  addUser(BOB, { displayName: 'Bob' });
  const moment = (): Moment => ({ nowMs, entropy });
  return {
    state,
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
    moment,
    call: (method, path, body, headers = {}) => handleApi(state, request(method, path, body, headers), moment()),
    ask: (path, query) => {
      const plain = request('GET', path, undefined);
      return handleApi(state, query === undefined ? plain : { ...plain, query }, moment());
    },
    deliver: (userId, content, chatId) => {
      const event = mintEvent(state, userId, content, moment(), chatId);
      openReplyToken(state, event, nowMs);
      return event;
    },
    redeliver: (event) => openReplyToken(state, event, nowMs),
  };
}

export const request = (
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string | undefined> = {},
): ApiRequest => ({
  method,
  path,
  headers: { authorization: `Bearer ${CHANNEL.accessToken}`, 'content-type': 'application/json', ...headers },
  body: body === undefined ? new Uint8Array() : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

/** What the caller was told, or `hang`. */
export const told = ({ answer }: ApiOutcome): { readonly status: number; readonly body: unknown } | 'hang' =>
  answer.kind === 'respond' ? { status: answer.response.status, body: answer.response.body } : 'hang';

export const text = (words: string) => ({ type: 'text', text: words });
