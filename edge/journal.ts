import type { Logger } from 'pino';
import type { EventDraft, Moment } from './core/event-draft.ts';
import { lossCount, lossesDraft, NO_LOSSES, withLost } from './core/outbox-losses.ts';
import { UNDURABLE_EVENTS_MAX } from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import type { Outbox } from './store/outbox.ts';

/** Events on their way to the disk. */
export interface Journal {
  remember(drafts: readonly EventDraft[]): void;
  /** Writes all that is remembered in one synced transaction; what fails is tried again at the next call. */
  commit(): void;
  /** Drops what is remembered about somebody who asked to be forgotten; returns how many. */
  forget(isAbout: (draft: EventDraft) => boolean): number;
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
  let shed = NO_LOSSES;
  let holes: readonly EventDraft[] = [];
  let commitFaults = 0;
  let committing = true;

  function tend(now: Moment): void {
    try {
      outbox.tend(now);
    } catch (error) {
      commitFaults += 1;
      log.debug({ err: error }, 'the outbox cannot be tended');
    }
  }

  return {
    remember(drafts) {
      waiting.push(...drafts);
      const excess = waiting.length - UNDURABLE_EVENTS_MAX;
      if (excess <= 0) return;
      shed = waiting.slice(0, excess).reduce(withLost, shed);
      // Told anew, with these: nobody knows the old account of them.
      holes = [];
      waiting = waiting.slice(excess);
    },

    commit() {
      const now = machine.moment();
      tend(now);
      if (waiting.length === 0) return;
      if (holes.length === 0 && lossCount(shed) > 0) {
        holes = [lossesDraft(shed, 'the disk took no events and memory was full', now)];
      }
      const drafts = [...holes, ...waiting];
      try {
        // The same drafts as last time where that failed: the outbox then gives them the same names.
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
      holes = [];
      shed = NO_LOSSES;
      for (const draft of drafts) log.info({ type: draft.type, ...tellable(draft) }, 'presence');
      parts.onCommitted?.();
    },

    forget(isAbout) {
      const before = waiting.length;
      waiting = waiting.filter((draft) => !isAbout(draft));
      return before - waiting.length;
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
