import { tagSubjectKey } from '../protocol/messages/common.ts';
import { type EpochMs, epochMs, type MonoMs, monoMs } from '../protocol/units.ts';
import type { PresencePolicy } from './core/presence.ts';
import { createPresenceReplay } from './core/presence-replay.ts';
import type { SubjectTransition } from './core/presence-table.ts';
import { createSubjectOf } from './core/subject.ts';
import type { Walk } from './radio/walk-format.ts';
import { replayScanner } from './radio/walk-replay.ts';

/** One line of what a node would have told; `t` is milliseconds since the start of the walk. */
export interface ToldEvent {
  readonly t: number;
  readonly at: EpochMs;
  readonly type: 'enter' | 'dwell' | 'exit';
  readonly subject: string;
  readonly dbm: number;
  readonly presentMs?: number;
  readonly reason: string;
}

/** Plays a walk to the presence machine. Resolves with how many tags had not left when it ended. */
export async function replayPresence(
  walk: Walk,
  options: {
    readonly policy: PresencePolicy;
    readonly speed: number;
    readonly mono: () => MonoMs;
    readonly tell: (event: ToldEvent) => void;
  },
): Promise<{ readonly present: number }> {
  const { speed, mono } = options;
  const presence = createPresenceReplay(options.policy);
  const subjectOf = createSubjectOf({ tagNamespaces: walk.header.namespaces });
  const tell = (transitions: readonly SubjectTransition[]): void => {
    for (const transition of transitions) options.tell(toldEvent(transition, walk.header.startedAt));
  };
  const scanner = replayScanner(walk, { speed, mono: fromZero(mono) });
  await scanner.start({
    onState: () => undefined,
    onSighting({ frame, rssi, at, advertiser }) {
      const subject = subjectOf(frame);
      if (subject !== undefined && rssi !== undefined) {
        tell(presence.hear({ subject, rssi, at, advertiser }));
      }
    },
  });
  await scanner.ended;
  tell(presence.passTime(monoMs(walk.adverts.at(-1)?.t ?? 0)));
  return { present: presence.present() };
}

/** A clock that begins when it is first read: the replay's times are then those of the walk. */
function fromZero(mono: () => MonoMs): () => MonoMs {
  let begin: MonoMs | undefined;
  return () => {
    const now = mono();
    begin ??= now;
    return monoMs(now - begin);
  };
}

function toldEvent({ subject, transition }: SubjectTransition, startedAt: EpochMs): ToldEvent {
  const { type, at, dbm, reason } = transition;
  return {
    t: Math.round(at),
    at: epochMs(Math.round(startedAt + at)),
    type,
    subject: tagSubjectKey(subject),
    dbm: Math.round(dbm),
    ...(type === 'enter' ? {} : { presentMs: Math.round(transition.presentMs) }),
    reason,
  };
}

/** One line for people. */
export function renderTold({ t, type, subject, reason }: ToldEvent): string {
  return `${(t / 1_000).toFixed(1).padStart(8)} s  ${type.padEnd(5)}  ${subject}  ${reason}`;
}
