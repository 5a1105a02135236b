import { nearMiss } from '../../../protocol/near-miss.ts';
import { parseNumber, parseWhole } from '../arguments.ts';
import { didYouMean, misuse, type Said } from '../failure.ts';

/** What `pharos sandbox fault` can be asked for; what it asks the sandbox. Everything throws a misuse. */

/** The troubles of each place, as the sandbox knows them. */
export const FAULT_KINDS = {
  api: [
    ...['error_500', 'error_500_after', 'timeout_before', 'timeout_after', 'cut_before', 'cut_after', 'slow'],
    ...['rate_limited', 'too_concurrent', 'monthly_limit', 'user_flooded', 'unauthorized', 'forbidden'],
  ],
  webhook: [
    ...['duplicate', 'lose', 'unreachable', 'answer_lost', 'delay', 'hold', 'wrong_signature', 'standby'],
    ...['no_source', 'unknown_fields', 'unknown_values', 'unknown_event', 'empty'],
  ],
  away: ['cut', 'error_500', 'timeout'],
} as const;

/** The calls that an api fault can be confined to, as the sandbox knows them. */
export const FAULT_ENDPOINTS = [
  ...['reply', 'push', 'multicast', 'validate_reply', 'validate_push', 'validate_multicast', 'quota'],
  ...['quota_consumption', 'sent_reply', 'sent_push', 'sent_multicast', 'sent_broadcast', 'aggregation_info'],
  ...['aggregation_list', 'insight_followers', 'followers', 'profile', 'bot_info', 'link_token', 'loading'],
  ...['mark_as_read', 'webhook_endpoint', 'webhook_endpoint_set', 'webhook_test', 'token', 'token_short'],
  ...['token_verify', 'token_revoke', 'verify_id_token'],
] as const;

export interface FaultOptions {
  readonly times?: string;
  readonly probability?: string;
  readonly endpoint?: string;
  readonly delay?: string;
  readonly for?: string;
  readonly seed?: string;
}

/** Seconds that the sandbox takes at most. */
const LONGEST_DELAY_S = { api: 600, webhook: 1_200 } as const;

/** What is to be posted where; `undefined`: nothing is to be changed. */
export function faultRequest(
  where: string | undefined,
  kind: string | undefined,
  options: FaultOptions,
): { readonly path: string; readonly body: object } | undefined {
  const seed = options.seed === undefined ? {} : { seed: parseWhole('--seed', options.seed, 0, 0xffff_ffff) };
  switch (where) {
    case undefined:
      return undefined;
    case 'clear':
      return { path: '/sandbox/faults/clear', body: {} };
    case 'away': {
      const how = kind === undefined ? {} : { how: oneOf(kind, FAULT_KINDS.away, noKind('away', kind)) };
      const forMs = options.for === undefined ? {} : { forMs: milliseconds('--for', options.for, 0.001, 86_400) };
      return { path: '/sandbox/faults', body: { ...seed, away: { ...how, ...forMs } } };
    }
    case 'api':
    case 'webhook':
      return { path: '/sandbox/faults', body: { ...seed, [where]: [faultOf(where, kind, options)] } };
    default:
      throw misuse(
        {
          en: `a fault is planted at api or webhook, not at ${where}`,
          'zh-TW': `故障只能放在 api 或 webhook，不能放在 ${where}`,
        },
        { en: 'or: away, clear', 'zh-TW': '也可以寫 away 或 clear' },
      );
  }
}

function faultOf(where: 'api' | 'webhook', kind: string | undefined, options: FaultOptions): object {
  if (kind === undefined) {
    throw misuse({ en: `which ${where} fault?`, 'zh-TW': `要哪一種 ${where} 故障？` }, thereAre(FAULT_KINDS[where]));
  }
  const { times, probability, endpoint, delay } = options;
  if (endpoint !== undefined && where === 'webhook') {
    throw misuse(
      { en: '--endpoint is for api faults', 'zh-TW': '--endpoint 只用於 api 故障' },
      { en: 'leave --endpoint out', 'zh-TW': '請不要寫 --endpoint' },
    );
  }
  const noEndpoint = { en: `LINE has no endpoint "${endpoint}"`, 'zh-TW': `LINE 沒有「${endpoint}」這個端點` };
  return {
    kind: oneOf(kind, FAULT_KINDS[where], noKind(where, kind)),
    ...(times !== undefined && { times: parseWhole('--times', times, 1, 1_000_000) }),
    ...(probability !== undefined && { probability: parseNumber('--probability', probability, 0.000_001, 1) }),
    ...(endpoint !== undefined && { endpoint: oneOf(endpoint, FAULT_ENDPOINTS, noEndpoint) }),
    ...(delay !== undefined && { delayMs: milliseconds('--delay', delay, 0, LONGEST_DELAY_S[where]) }),
  };
}

function oneOf(word: string, all: readonly string[], otherwise: Said): string {
  if (all.includes(word)) return word;
  throw misuse(otherwise, didYouMean(nearMiss(word, all), thereAre(all)));
}

const noKind = (where: string, kind: string): Said => ({
  en: `there is no ${where} fault "${kind}"`,
  'zh-TW': `沒有「${kind}」這種 ${where} 故障`,
});

const thereAre = (all: readonly string[]): Said => ({
  en: `there are: ${all.join(', ')}`,
  'zh-TW': `可用 ${all.join(', ')}`,
});

const milliseconds = (option: string, text: string, min: number, max: number): number =>
  Math.round(parseNumber(option, text, min, max) * 1_000);
