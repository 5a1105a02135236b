import type { MonoMs } from '../../protocol/units.ts';
import {
  type Action,
  type RadioFact,
  type RecoveryReason,
  STAGES,
  type Stage,
  type SupervisionInput,
  type SupervisionPolicy,
  startSupervision,
  supervise,
} from '../core/supervision.ts';
import { SUPERVISION_BEAT_MS } from '../core/thresholds.ts';
import type { RadioControl } from './ports.ts';

export interface Supervisor {
  /** Adverts came in; `neighbour`: among them one from another node of our own. */
  heard(neighbour: boolean): void;
  /** Stages by counter name. */
  counters(): Readonly<Record<string, number>>;
  stop(): void;
}

export interface SupervisorParts {
  readonly control: RadioControl;
  readonly mono: () => MonoMs;
  readonly policy: SupervisionPolicy;
  /** Stages counted by earlier processes of this node, to be counted on. */
  readonly countedBefore: Readonly<Record<string, number>>;
  /** Before each stage, `exit` included; whoever hears of an exit ends the process. */
  readonly onStage: (stage: Stage, reason: RecoveryReason) => void;
}

/** Drives the supervision of one radio: a beat, the radio's facts, and the stages one at a time. */
export function superviseRadio({ control, mono, policy, countedBefore, onStage }: SupervisorParts): Supervisor {
  const counts = new Map(STAGES.map(counterOf).map((name) => [name, countedBefore[name] ?? 0]));
  let state = startSupervision(mono());

  function feed(input: RadioFact | Withheld<SupervisionInput>): void {
    const { state: next, step } = supervise(state, { ...input, at: mono() }, policy);
    state = next;
    if (step === undefined) return;
    if (step.kind !== 'probe') {
      const counter = counterOf(step.kind);
      counts.set(counter, (counts.get(counter) ?? 0) + 1);
      onStage(step.kind, step.reason);
    }
    if (step.kind !== 'exit') carryOut(step.kind);
  }

  function carryOut(action: Action): void {
    void control.carryOut(action).then((outcome) => feed({ type: 'outcome', outcome }));
  }

  function beat(): void {
    if (state.adapter === 'off' && !control.isPresent()) feed({ type: 'adapter', state: 'gone' });
    feed({ type: 'tick' });
  }

  control.watch(feed);
  const timer = setInterval(beat, SUPERVISION_BEAT_MS);

  return {
    heard: (neighbour) => feed({ type: 'heard', neighbour }),
    counters: () => Object.fromEntries(counts),
    stop() {
      clearInterval(timer);
      control.watch(() => undefined);
    },
  };
}

type Withheld<T> = T extends unknown ? Omit<T, 'at'> : never;

const counterOf = (stage: Stage): string => `recovery${stage.charAt(0).toUpperCase()}${stage.slice(1)}`;
