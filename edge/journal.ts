import type { Logger } from 'pino';
import { type EventDraft, lossDraft } from './core/event-draft.ts';
import { UNDURABLE_EVENTS_MAX } from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import type { Outbox } from './store/outbox.ts';

/** Events on their way to the disk. */
export interface Journal {
  remember(drafts: readonly EventDraft[]): void;
  /** Writes all that is remembered in one synced transaction; what fails is tried again at the next call. */
  commit(): void;
  /** Whether everything remembered is on the disk. */
  settled(): boolean;
  counters(): { readonly commitFaults: number };
}

/**
 * Events stay in memory until a commit succeeded. The memory is bounded: where the disk takes nothing for long the
 * oldest go, and a hole of known size is told instead.
 */
export function createJournal(parts: {
  readonly outbox: Outbox;
  readonly machine: Machine;
  readonly log: Logger;
  /** Runs in the transaction of the events. */
  readonly alongside: () => void;
  /** Called after events were committed. */
  readonly onCommitted: (() => void) | undefined;
}): Journal {
  const { outbox, machine, log } = parts;
  let waiting: EventDraft[] = [];
  let shed = 0;
  let commitFaults = 0;
  let committing = true;

  return {
    remember(drafts) {
      waiting.push(...drafts);
      const excess = waiting.length - UNDURABLE_EVENTS_MAX;
      if (excess <= 0) return;
      waiting = waiting.slice(excess);
      shed += excess;
    },

    commit() {
      if (waiting.length === 0) return;
      const now = machine.moment();
      const holes = shed > 0 ? [lossDraft(shed, 'the disk took no events and memory was full', now)] : [];
      const drafts = [...holes, ...waiting];
      try {
        outbox.append(drafts, now, parts.alongside);
      } catch (error) {
        commitFaults += 1;
        if (committing) log.error({ err: error }, 'events cannot be stored; check the disk');
        committing = false;
        return;
      }
      if (!committing) log.info('events are stored again');
      committing = true;
      waiting = [];
      shed = 0;
      for (const draft of drafts) log.info({ type: draft.type, ...tellable(draft) }, 'presence');
      parts.onCommitted?.();
    },

    settled: () => waiting.length === 0,
    counters: () => ({ commitFaults }),
  };
}

/** A tag's numbers are the shop's own; no radio address is known here. */
function tellable(draft: EventDraft): object {
  if ('subject' in draft) return { major: draft.subject.major, minor: draft.subject.minor, reason: draft.reason };
  return draft.type === 'footfall' ? { count: draft.count } : {};
}
