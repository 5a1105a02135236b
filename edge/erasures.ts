import type { TagSubject } from '../protocol/messages/common.ts';
import { type MonoMs, monoMs } from '../protocol/units.ts';
import type { CommandOutcome } from './core/command.ts';
import { ERASURE_WAIT_MS } from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import type { RadioRequests } from './store/radio-requests.ts';
import type { Erased } from './store/subject-erasure.ts';

/**
 * Tags to be forgotten, first by the radio and then on the disk: what the radio still had in hand would come back otherwise.
 *
 *   asked of the radio ──answered, or dead, or waited for long enough──▶ erased on the disk ──▶ finished
 *                                                  └── not answered: its request waits for the radio that comes
 *
 * Invariant: a request, which names who is to be forgotten, lives no longer than it is needed.
 */
export interface Erasures {
  begin(id: string, subjects: readonly TagSubject[]): void;
  /** Goes on with one that a former process began; false where it did not. */
  resume(id: string): boolean;
  /** Looks after the requests a former process left, once all that is unfinished has been resumed. */
  adopt(): void;
  beat(): void;
}

export interface ErasuresParts {
  readonly requests: RadioRequests;
  readonly eraseSubjects: (subjects: readonly TagSubject[]) => Erased;
  readonly isRadioAlive: () => boolean;
  readonly finish: (id: string, outcome: CommandOutcome) => void;
  readonly machine: Pick<Machine, 'mono'>;
}

interface Erasure {
  readonly id: string;
  readonly subjects: readonly TagSubject[];
  readonly until: MonoMs;
  /** How many things the radio forgot, once it said so. */
  forgotten?: number | undefined;
}

export function createErasures({ requests, machine, ...parts }: ErasuresParts): Erasures {
  const underWay: Erasure[] = [];
  /** Erased without an answer of the radio: its request waits for the radio that comes. */
  const unanswered = new Set<string>();

  const isUnderWay = (id: string): boolean => underWay.some((erasure) => erasure.id === id);

  function add(id: string, subjects: readonly TagSubject[]): void {
    underWay.push({ id, subjects, until: monoMs(machine.mono() + ERASURE_WAIT_MS) });
  }

  function settle(): void {
    for (const erasure of [...underWay]) {
      erasure.forgotten ??= requests.answerOf(erasure.id);
      const { forgotten } = erasure;
      const alive = parts.isRadioAlive();
      if (forgotten === undefined && alive && machine.mono() < erasure.until) continue;
      // Before their bytes are overwritten: the request names them too.
      if (forgotten !== undefined) requests.takeBack(erasure.id);
      const erased = parts.eraseSubjects(erasure.subjects);
      parts.finish(erasure.id, outcomeOf(erased, forgotten, alive));
      underWay.splice(underWay.indexOf(erasure), 1);
      // One that is down or hangs may still know, or bring back, what it knew.
      if (forgotten === undefined) unanswered.add(erasure.id);
    }
  }

  function takeBackAnswered(): void {
    for (const id of unanswered) {
      if (requests.answerOf(id) === undefined) continue;
      requests.takeBack(id);
      unanswered.delete(id);
    }
  }

  return {
    begin(id, subjects) {
      requests.ask({ kind: 'erase', id, subjects: [...subjects] });
      add(id, subjects);
      settle();
    },
    resume(id) {
      const request = requests.find(id);
      if (request?.kind !== 'erase') return false;
      if (!isUnderWay(id)) add(id, request.subjects);
      return true;
    },
    adopt() {
      for (const { kind, id } of requests.all()) if (kind === 'erase' && !isUnderWay(id)) unanswered.add(id);
    },
    beat() {
      takeBackAnswered();
      settle();
    },
  };
}

function outcomeOf(erased: Erased, forgotten: number | undefined, isRadioAlive: boolean): CommandOutcome {
  if (forgotten === undefined && isRadioAlive) {
    return {
      state: 'failed',
      detail: 'erased on disk; the radio process hangs and may remember them: restart the node',
    };
  }
  return { state: 'done', data: { ...erased, forgotten: forgotten ?? 0 } };
}
