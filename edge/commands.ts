import type { Logger } from 'pino';
import { errorMessage } from '../protocol/error-message.ts';
import type { NodeId } from '../protocol/ids.ts';
import { type CommandResult, type NodeCommand, readCommand } from '../protocol/messages/command.ts';
import type { TagSubject } from '../protocol/messages/common.ts';
import { type MonoMs, monoMs } from '../protocol/units.ts';
import { boundData, refusalOf } from './core/command.ts';
import { ERASURE_WAIT_MS, LAST_WORD_MS, RESULTS_AT_ONCE } from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import { parseJson } from './json.ts';
import type { CommandStore, FollowUp } from './store/commands.ts';
import type { RadioRequests } from './store/radio-requests.ts';
import type { Erased } from './store/subject-erasure.ts';

/**
 * Commands of the cloud.
 *
 *   heard ──▶ known already: its result is said again
 *     │ ────▶ refused (unreadable, expired, not confirmed)
 *     └─────▶ on disk as begun ──▶ done or failed: result on disk ──▶ told to the broker ──▶ restart, wipe
 *
 * Invariants: each id is done at most once, whatever is delivered twice; a result stays on disk until the broker has it;
 * few are on their way to it at once; a process ends itself only after its last word, or after having waited for it; a
 * request to the radio, which names who is to be forgotten, lives no longer than it is needed.
 */
export interface Commands {
  /** A message on `command`. Throws when the disk fails: nothing was done then. */
  onCommand(payload: Uint8Array): void;
  onUp(): void;
  beat(): void;
  counters(): Readonly<Record<string, number>>;
}

export interface CommandsParts {
  readonly nodeId: NodeId;
  readonly store: CommandStore;
  readonly requests: RadioRequests;
  /** Shows which machine this is; says how. */
  readonly identify: (seconds: number) => string;
  readonly snapshot: () => NonNullable<CommandResult['data']>;
  readonly eraseSubjects: (subjects: readonly TagSubject[]) => Erased;
  readonly isRadioAlive: () => boolean;
  /** `onTaken` is called when the broker has it; without a line the message is dropped. */
  readonly publish: (result: CommandResult, onTaken: () => void) => void;
  /** The process is to end; called once. */
  readonly end: (why: FollowUp) => void;
  readonly machine: Machine;
  readonly log: Logger;
}

interface Erasure {
  readonly id: string;
  readonly subjects: readonly TagSubject[];
  readonly until: MonoMs;
  /** How many things the radio forgot, once it said so. */
  forgotten?: number | undefined;
}

type Outcome = Pick<CommandResult, 'state' | 'detail' | 'data'>;

export function createCommands(parts: CommandsParts): Commands {
  const { store, requests, machine, log } = parts;
  const counters = { commandsDone: 0, commandsRefused: 0, commandsFailed: 0, commandsUnreadable: 0 };
  const erasures: Erasure[] = [];
  /** Erased without an answer of the radio: its request waits for the radio that comes. */
  const unanswered = new Set<string>();
  /** Asked for again. */
  const repeats = new Map<string, CommandResult>();
  /** Said on this connection, and not answered by the broker yet. */
  const saying = new Set<string>();
  /** Answered by the broker, and not noted yet: the callback must not fail with the disk. */
  const taken = new Set<string>();
  let begun = false;
  let ending: { readonly why: FollowUp; readonly id: string; readonly until: MonoMs; ended: boolean } | undefined;

  function finish(id: string, command: string, outcome: Outcome, followUp?: FollowUp): void {
    store.finish({ v: 1, id, command, at: machine.wall(), ...outcome }, followUp);
    if (outcome.state === 'done') counters.commandsDone += 1;
    else if (outcome.state === 'refused') counters.commandsRefused += 1;
    else counters.commandsFailed += 1;
    log.info({ id, command, state: outcome.state, detail: outcome.detail }, 'command');
    if (followUp !== undefined) prepareEnd(followUp, id);
    tell();
  }

  /** Says what the broker does not have, oldest first: a line with too much unconfirmed is given up. */
  function tell(): void {
    for (const result of [...store.untold().map((one) => one.result), ...repeats.values()]) {
      if (saying.size >= RESULTS_AT_ONCE) return;
      if (saying.has(result.id)) continue;
      saying.add(result.id);
      parts.publish(result, () => void taken.add(result.id));
    }
  }

  function noteTaken(): void {
    if (taken.size === 0) return;
    for (const id of taken) {
      store.told(id);
      repeats.delete(id);
      saying.delete(id);
      taken.delete(id);
      if (ending?.id === id) end();
    }
    tell();
  }

  function prepareEnd(why: FollowUp, id: string): void {
    ending = { why, id, until: monoMs(machine.mono() + LAST_WORD_MS), ended: false };
  }

  function end(): void {
    if (ending === undefined || ending.ended) return;
    // The radio may be a process of its own.
    requests.ask({ kind: ending.why, id: ending.id });
    ending.ended = true;
    parts.end(ending.why);
  }

  function carryOut(command: NodeCommand): void {
    const { id } = command;
    switch (command.command) {
      case 'identify':
        finish(
          id,
          'identify',
          attempt(() => ({ state: 'done', detail: parts.identify(command.seconds) })),
        );
        break;
      case 'snapshot':
        finish(
          id,
          'snapshot',
          attempt(() => ({ state: 'done', data: boundData(parts.snapshot()) })),
        );
        break;
      case 'restart':
        finish(id, 'restart', { state: 'done', detail: 'starts again now' }, 'restart');
        break;
      case 'erase':
        if (command.scope === 'node') eraseNode(id);
        else beginErasure(id, command.subjects);
        break;
    }
  }

  /** What cannot be done is answered too, or the command would be under way for ever. */
  function attempt(action: () => Outcome): Outcome {
    try {
      return action();
    } catch (error) {
      return { state: 'failed', detail: errorMessage(error) };
    }
  }

  function eraseNode(id: string): void {
    const detail = 'bundle and database are deleted now; enrol the machine anew to use it again';
    finish(id, 'erase', { state: 'done', detail }, 'wipe');
  }

  function beginErasure(id: string, subjects: readonly TagSubject[]): void {
    requests.ask({ kind: 'erase', id, subjects: [...subjects] });
    erasures.push({ id, subjects, until: monoMs(machine.mono() + ERASURE_WAIT_MS) });
    settleErasures();
  }

  /** The radio forgets first: what it still had in hand would come back otherwise. */
  function settleErasures(): void {
    for (const erasure of [...erasures]) {
      erasure.forgotten ??= requests.answerOf(erasure.id);
      const { forgotten } = erasure;
      const alive = parts.isRadioAlive();
      if (forgotten === undefined && alive && machine.mono() < erasure.until) continue;
      // Before their bytes are overwritten: the request names them too.
      if (forgotten !== undefined) requests.takeBack(erasure.id);
      const erased = parts.eraseSubjects(erasure.subjects);
      const outcome: Outcome =
        forgotten === undefined && alive
          ? {
              state: 'failed',
              detail: 'erased on disk; the radio process hangs and may remember them: restart the node',
            }
          : { state: 'done', data: { ...erased, forgotten: forgotten ?? 0 } };
      finish(erasure.id, 'erase', outcome);
      erasures.splice(erasures.indexOf(erasure), 1);
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

  /** Goes on where a former process ended; a disk that fails at the start may work a beat later. */
  function begin(): void {
    if (begun) return;
    for (const { result, followUp } of store.untold()) {
      // This process is the one that was asked for.
      if (followUp === 'restart') store.finish(result);
      if (followUp === 'wipe') prepareEnd('wipe', result.id);
    }
    for (const id of store.unfinished()) {
      const request = requests.find(id);
      if (request?.kind === 'erase') {
        if (!isUnderWay(id))
          erasures.push({ id, subjects: request.subjects, until: monoMs(machine.mono() + ERASURE_WAIT_MS) });
      } else finish(id, '?', { state: 'failed', detail: 'the node restarted while it was under way; give it again' });
    }
    for (const { kind, id } of requests.all()) if (kind === 'erase' && !isUnderWay(id)) unanswered.add(id);
    begun = true;
  }

  const isUnderWay = (id: string): boolean => erasures.some((erasure) => erasure.id === id);

  try {
    begin();
  } catch (error) {
    log.error({ err: error }, 'commands cannot be taken up yet; check the disk');
  }

  return {
    onCommand(payload) {
      begin();
      const read = readCommand(parseJson(payload));
      const id = read.ok ? read.value.id : read.id;
      if (id === undefined) {
        counters.commandsUnreadable += 1;
        log.warn({ reason: read.ok ? undefined : read.reject }, 'unreadable command');
        return;
      }
      const known = store.known(id);
      if (known === 'under-way') return;
      if (known !== undefined) {
        repeats.set(id, known);
        return tell();
      }
      if (!read.ok) return finish(id, read.command ?? '?', { state: 'refused', detail: read.reject.detail });
      const refusal = refusalOf(read.value, { now: machine.wall(), nodeId: parts.nodeId });
      if (refusal !== undefined) {
        return finish(id, read.value.command, { state: 'refused', detail: refusal.detail });
      }
      store.begin(id);
      carryOut(read.value);
    },
    onUp() {
      begin();
      noteTaken();
      // What was on its way on the line before is said again.
      saying.clear();
      tell();
    },
    beat() {
      begin();
      noteTaken();
      takeBackAnswered();
      if (erasures.length > 0) settleErasures();
      // The result waits on disk. A wipe would take it along, so that one waits for the broker.
      if (ending?.why === 'restart' && machine.mono() >= ending.until) end();
    },
    counters: () => counters,
  };
}
