import type { CommandResult } from '../protocol/messages/command.ts';
import { RESULTS_AT_ONCE } from './core/thresholds.ts';
import type { CommandStore } from './store/commands.ts';

/**
 * Results on their way to the broker. Each stays on disk until the broker has it, and few are under way at once: a line
 * with too much unconfirmed is given up.
 */
export interface CommandResults {
  /** Says what the broker does not have, oldest first. */
  tell(): void;
  /** Says one again that was asked for again. */
  repeat(result: CommandResult): void;
  /** Writes down what the broker has answered for. Throws when the disk fails, and goes on at the next call. */
  settle(): void;
  /** The line is a new one: what was on its way on the one before is said again. */
  lineUp(): void;
}

export function createCommandResults(parts: {
  readonly store: Pick<CommandStore, 'untold' | 'told'>;
  /** `onTaken` is called when the broker has it; without a line the message is dropped. */
  readonly publish: (result: CommandResult, onTaken: () => void) => void;
  /** The broker has it. Called until it returns, and before the result is given up: what must follow is not to be lost. */
  readonly onTaken: (id: string) => void;
}): CommandResults {
  const { store } = parts;
  const repeats = new Map<string, CommandResult>();
  /** Said on this connection, and not answered by the broker yet. */
  const saying = new Set<string>();
  /** Answered by the broker, and not noted yet: the callback must not fail with the disk. */
  const taken = new Set<string>();

  function tell(): void {
    for (const result of [...store.untold().map((one) => one.result), ...repeats.values()]) {
      if (saying.size >= RESULTS_AT_ONCE) return;
      if (saying.has(result.id)) continue;
      saying.add(result.id);
      parts.publish(result, () => void taken.add(result.id));
    }
  }

  function settle(): void {
    if (taken.size === 0) return;
    for (const id of taken) {
      parts.onTaken(id);
      store.told(id);
      repeats.delete(id);
      saying.delete(id);
      taken.delete(id);
    }
    tell();
  }

  return {
    tell,
    repeat(result) {
      repeats.set(result.id, result);
      tell();
    },
    settle,
    lineUp() {
      settle();
      saying.clear();
      tell();
    },
  };
}
