import type { Faults } from './faults.ts';
import { NO_FAULTS } from './faults.ts';
import type { Entropy } from './mint.ts';
import { isReplyTokenDead, type ReplyToken } from './reply-token.ts';
import { RETRY_KEY_MEMORY_MS, type RetryKeyRecord } from './retry-key.ts';
import { DEFAULT_SETTINGS, type SandboxSettings } from './settings.ts';
import { emptyTallies, type Tallies } from './tallies.ts';
import type { TokenBucket } from './token-bucket.ts';
import type { User } from './user.ts';

/** One official account with its Messaging API channel. */
export interface Channel {
  readonly channelId: string;
  readonly secret: string;
  readonly accessToken: string;
  /** The bot's own user id: `destination` of every webhook. */
  readonly botUserId: string;
  readonly displayName: string;
}

/**
 * All the platform knows. It belongs to one owner, who hands it to every rule together with the time; the rules
 * change its tables in place, because a copy of a day's retry keys at every push would cost more than the push.
 * No rule reads a clock, rolls dice or touches a socket.
 */
export interface PlatformState {
  /** With the secret that counts now; the console reissues it, and the one before is void at once. */
  channel: Channel;
  settings: SandboxSettings;
  faults: Faults;
  /** When the present faults were set. */
  awayFromMs: number;
  /** Decides chances where the faults have a seed. */
  die: (() => number) | undefined;
  /** The console's access token; `undefined` once revoked. */
  accessToken: string | undefined;
  readonly users: Map<string, User>;
  /** Who has been heard in each group and room, by its id. */
  readonly groups: Map<string, Set<string>>;
  readonly replyTokens: Map<string, ReplyToken>;
  readonly retryKeys: Map<string, RetryKeyRecord>;
  readonly buckets: Map<string, TokenBucket>;
  /** What went to each person lately, where a limit for that is set. */
  readonly userBuckets: Map<string, TokenBucket>;
  /** Calls under way by endpoint. */
  readonly inFlight: Map<string, number>;
  /** Stateless access tokens by text, with the time they end. */
  readonly statelessTokens: Map<string, number>;
  /** Short-lived ones, oldest first. */
  readonly shortLivedTokens: Map<string, number>;
  /** Link tokens by text: whose they are, and when they end. */
  readonly linkTokens: Map<string, { readonly userId: string; readonly endsAtMs: number }>;
  /** Tokens that mark a chat as read, by text. */
  readonly readTokens: Map<string, string>;
  /** Id tokens of LINE Login by text. */
  readonly idTokens: Map<string, { readonly userId: string; readonly clientId: string; readonly endsAtMs: number }>;
  readonly tallies: Tallies;
}

/** What a rule may use of the world: the time it is, and bytes nobody can guess. */
export interface Moment {
  readonly nowMs: number;
  readonly entropy: Entropy;
}

export const initialState = (channel: Channel, settings: Partial<SandboxSettings> = {}): PlatformState => ({
  channel,
  settings: { ...DEFAULT_SETTINGS, ...settings },
  faults: NO_FAULTS,
  awayFromMs: 0,
  die: undefined,
  accessToken: channel.accessToken,
  users: new Map(),
  groups: new Map(),
  replyTokens: new Map(),
  retryKeys: new Map(),
  buckets: new Map(),
  userBuckets: new Map(),
  inFlight: new Map(),
  statelessTokens: new Map(),
  shortLivedTokens: new Map(),
  linkTokens: new Map(),
  readTokens: new Map(),
  idTokens: new Map(),
  tallies: emptyTallies(),
});

/** Drops rows that can matter no more. Tables are in order of time, so it stops at the first row that still counts. */
export function forgetExpired(state: PlatformState, nowMs: number): void {
  dropWhile(state.replyTokens, (token) => isReplyTokenDead(token, nowMs));
  dropWhile(state.retryKeys, (record) => nowMs - record.firstAtMs >= RETRY_KEY_MEMORY_MS);
  dropWhile(state.statelessTokens, (endsAtMs) => endsAtMs <= nowMs);
  dropWhile(state.shortLivedTokens, (endsAtMs) => endsAtMs <= nowMs);
  dropWhile(state.linkTokens, ({ endsAtMs }) => endsAtMs <= nowMs);
}

/** Keeps the newest `limit` rows of a table that has no natural end. */
export function dropOldest(table: Map<string, unknown>, limit: number): void {
  for (const key of table.keys()) {
    if (table.size <= limit) return;
    table.delete(key);
  }
}

function dropWhile<V>(table: Map<string, V>, isOver: (value: V) => boolean): void {
  if (table.size === 0) return;
  for (const [key, value] of table) {
    if (!isOver(value)) return;
    table.delete(key);
  }
}
