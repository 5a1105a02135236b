import type { Texts } from '../language.ts';

/** What is said of planted trouble; its kinds stay as they are typed. */
export interface FaultTexts {
  readonly comma: string;
  readonly late: (seconds: number) => string;
  readonly at: (endpoint: string) => string;
  readonly chance: (probability: number) => string;
  readonly more: (times: number) => string;
  readonly untilCleared: string;
  readonly away: (how: string, seconds: number | undefined) => string;
  readonly none: string;
}

export const FAULT_TEXTS: Texts<FaultTexts> = {
  en: {
    comma: ', ',
    late: (seconds) => `${seconds} s late`,
    at: (endpoint) => `at ${endpoint}`,
    chance: (probability) => `chance ${probability}`,
    more: (times) => `${times} more`,
    untilCleared: 'until cleared',
    away: (how, seconds) => (seconds === undefined ? `away (${how})` : `away (${how}), for ${seconds} s`),
    none: 'no faults are planted',
  },
  'zh-TW': {
    comma: '，',
    late: (seconds) => `延遲 ${seconds} 秒`,
    at: (endpoint) => `只對 ${endpoint}`,
    chance: (probability) => `機率 ${probability}`,
    more: (times) => `還有 ${times} 次`,
    untilCleared: '直到清除',
    away: (how, seconds) => (seconds === undefined ? `LINE 離線（${how}）` : `LINE 離線（${how}），${seconds} 秒`),
    none: '目前沒有故障',
  },
};
