import type { Logger } from 'pino';
import { errorMessage } from '../protocol/error-message.ts';
import type { NodeId } from '../protocol/ids.ts';
import { type CommandResult, type NodeCommand, readCommand } from '../protocol/messages/command.ts';
import type { TagSubject } from '../protocol/messages/common.ts';
import { type MonoMs, monoMs } from '../protocol/units.ts';
import { createCommandResults } from './command-results.ts';
import { boundData, type CommandOutcome, refusalOf } from './core/command.ts';
import { LAST_WORD_MS } from './core/thresholds.ts';
import { createErasures } from './erasures.ts';
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
 * Invariants: each id is done at most once, whatever is delivered twice; a result stays on disk until the broker has it; a
 * process ends itself only after its last word, or after having waited for it.
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

export function createCommands(parts: CommandsParts): Commands {
  const { store, requests, machine, log } = parts;
  const counters = { commandsDone: 0, commandsRefused: 0, commandsFailed: 0, commandsUnreadable: 0 };
  const erasures = createErasures({ ...parts, finish: (id, outcome) => finish(id, 'erase', outcome) });
  const results = createCommandResults({
    store,
    publish: parts.publish,
    onTaken: (id) => void (ending?.id === id && end()),
  });
  let begun = false;
  let ending: { readonly why: FollowUp; readonly id: string; readonly until: MonoMs; ended: boolean } | undefined;

  function finish(id: string, command: string, outcome: CommandOutcome, followUp?: FollowUp): void {
    store.finish({ v: 1, id, command, at: machine.wall(), ...outcome }, followUp);
    if (outcome.state === 'done') counters.commandsDone += 1;
    else if (outcome.state === 'refused') counters.commandsRefused += 1;
    else counters.commandsFailed += 1;
    log.info({ id, command, state: outcome.state, detail: outcome.detail }, 'command');
    if (followUp !== undefined) prepareEnd(followUp, id);
    results.tell();
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
        else erasures.begin(id, command.subjects);
        break;
    }
  }

  /** What cannot be done is answered too, or the command would be under way for ever. */
  function attempt(action: () => CommandOutcome): CommandOutcome {
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

  /** Goes on where a former process ended; a disk that fails at the start may work a beat later. */
  function begin(): void {
    if (begun) return;
    for (const { result, followUp } of store.untold()) {
      // This process is the one that was asked for.
      if (followUp === 'restart') store.finish(result);
      if (followUp === 'wipe') prepareEnd('wipe', result.id);
    }
    for (const id of store.unfinished()) {
      if (erasures.resume(id)) continue;
      finish(id, '?', { state: 'failed', detail: 'the node restarted while it was under way; give it again' });
    }
    erasures.adopt();
    // Power was cut between the answer and the end: nobody would tell this node again.
    const wipe = requests.all().find(({ kind }) => kind === 'wipe');
    if (wipe !== undefined) {
      prepareEnd('wipe', wipe.id);
      end();
    }
    begun = true;
  }

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
      if (known !== undefined) return results.repeat(known);
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
      results.lineUp();
    },
    beat() {
      begin();
      results.settle();
      erasures.beat();
      // The result waits on disk. A wipe would take it along, so that one waits for the broker.
      if (ending?.why === 'restart' && machine.mono() >= ending.until) end();
    },
    counters: () => counters,
  };
}
