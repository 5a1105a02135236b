import type { ApiLogEntry, PhoneLogEntry, WebhookLogEntry } from './judge-entries.ts';

/** What the judge has counted since the start, also of entries that have left the log. */
export interface JudgeSummary {
  /** Answers by endpoint and status. */
  readonly api: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly faults: Readonly<Record<string, number>>;
  /** Deliveries of events by outcome. */
  readonly webhooks: Readonly<Record<string, number>>;
  /** Calls that showed something to a person, counted by person. */
  readonly shown: { readonly reply: number; readonly push: number };
  readonly people: { readonly shownOnce: number; readonly shownMoreOften: number };
  readonly retryKeys: { readonly seen: number; readonly accepted: number; readonly acceptedTwice: number };
}

/** What one person got and did. */
export interface PersonCounts {
  readonly replies: number;
  readonly pushes: number;
  readonly events: number;
}

export interface JudgeCounts {
  add(entry: ApiLogEntry | WebhookLogEntry | PhoneLogEntry): void;
  summary(): JudgeSummary;
  of(userId: string): PersonCounts;
}

const PEOPLE_LIMIT = 1_000_000;
const RETRY_KEYS_LIMIT = 1_000_000;
const NOBODY: PersonCounts = { replies: 0, pushes: 0, events: 0 };

export function createJudgeCounts(): JudgeCounts {
  const api: Record<string, Record<string, number>> = {};
  const faults: Record<string, number> = {};
  const webhooks: Record<string, number> = {};
  const shown = { reply: 0, push: 0 };
  const people = new Map<string, PersonCounts>();
  /** How often LINE took a request under each key. */
  const retryKeys = new Map<string, number>();
  // Kept as it goes: to count a storm's people and keys at every look would cost more than the storm.
  const keys = { accepted: 0, acceptedTwice: 0 };
  const seen = { shownOnce: 0, shownMoreOften: 0 };

  function person(userId: string, change: (before: PersonCounts) => PersonCounts): void {
    const before = people.get(userId);
    if (before !== undefined || people.size < PEOPLE_LIMIT) people.set(userId, change(before ?? NOBODY));
  }

  function addCall({ endpoint, status, fault, accepted, retryKey, to = [], shownTo = to }: ApiLogEntry): void {
    api[endpoint] ??= {};
    bump(api[endpoint], String(status));
    if (fault !== undefined) bump(faults, fault);
    if (retryKey !== undefined) {
      const key = retryKey.toLowerCase();
      const times = (retryKeys.get(key) ?? 0) + (accepted ? 1 : 0);
      if (accepted && times === 1) keys.accepted += 1;
      if (accepted && times === 2) keys.acceptedTwice += 1;
      if (retryKeys.has(key) || retryKeys.size < RETRY_KEYS_LIMIT) retryKeys.set(key, times);
    }
    if (!accepted) return;
    const via = endpoint === 'reply' ? 'reply' : 'push';
    shown[via] += shownTo.length;
    for (const userId of shownTo) {
      const { replies, pushes } = people.get(userId) ?? NOBODY;
      const before = replies + pushes;
      if (before === 0) seen.shownOnce += 1;
      if (before === 1) {
        seen.shownOnce -= 1;
        seen.shownMoreOften += 1;
      }
      person(userId, (it) => (via === 'reply' ? { ...it, replies: it.replies + 1 } : { ...it, pushes: it.pushes + 1 }));
    }
  }

  return {
    add: (entry) => {
      if (entry.kind === 'api') return addCall(entry);
      if (entry.kind === 'phone') return;
      bump(webhooks, entry.result.outcome);
      if (entry.attempt === 1 && entry.copy === undefined && entry.userId !== undefined) {
        person(entry.userId, (it) => ({ ...it, events: it.events + 1 }));
      }
    },
    summary: () => ({
      api: structuredClone(api),
      faults: { ...faults },
      webhooks: { ...webhooks },
      shown: { ...shown },
      people: { ...seen },
      retryKeys: { seen: retryKeys.size, ...keys },
    }),
    of: (userId) => people.get(userId) ?? NOBODY,
  };
}

const bump = (counts: Record<string, number>, key: string): void => {
  counts[key] = (counts[key] ?? 0) + 1;
};
