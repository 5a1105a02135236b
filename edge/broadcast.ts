import type { Logger } from 'pino';
import type { Frame } from '../protocol/frames/frame.ts';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import type { OnAir } from '../protocol/messages/status.ts';
import type { EpochMs, MonoMs } from '../protocol/units.ts';
import { type Advert, advertAt } from './core/advert-schedule.ts';
import { createNeighbourWatch } from './core/broadcast-neighbours.ts';
import type { BroadcastPlan } from './core/broadcast-plan.ts';
import type { Machine } from './host/machine.ts';
import type { AdvertiserHandlers } from './radio/ports.ts';
import type { RadioSnapshot } from './store/radio-snapshot.ts';
import type { SecureSteps } from './store/secure-counter.ts';

export interface BroadcastParts {
  readonly plan: BroadcastPlan;
  readonly bundle: NodeBundle;
  /** Present where the plan has a secure frame. */
  readonly secureSteps?: SecureSteps | undefined;
  readonly machine: Machine;
  readonly radioName: string;
  readonly log: Logger;
  /** What is on air, or is not, has changed. */
  readonly onChange: () => void;
}

/** What a node sends by its plan, and what is known to have arrived on air. */
export interface Broadcast extends AdvertiserHandlers {
  /** A frame this node's scanner heard. */
  heard(frame: Frame, at: MonoMs): void;
  /** The broadcast's part of the radio snapshot. */
  told(now: MonoMs): Pick<RadioSnapshot, 'onAir' | 'profile' | 'silentUntilMs' | 'hears'>;
  counters(): Readonly<Record<string, number>>;
  /** Nothing is on air any more; gives back what the secure counter has in hand. */
  close(): void;
}

export function createBroadcast(parts: BroadcastParts): Broadcast {
  const { plan, secureSteps, machine, log, radioName: radio } = parts;
  const watch = createNeighbourWatch(parts.bundle);
  // With several HWIDs, one of them stands for all: they come and go together.
  const leading = plan.cycle.find((frame) => frame.kind !== 'ibeacon');
  let onAir: OnAir | undefined;
  let silentUntilMs: EpochMs | undefined;
  let faultsTold = false;

  function nextAdvert(): Advert {
    const secureStep = secureSteps?.current();
    if (!faultsTold && secureSteps !== undefined && secureSteps.faults() > 0) {
      faultsTold = true;
      log.error('the counter of the secure frame cannot be stored, so it stands still; check the disk');
    }
    return advertAt(plan, { mono: machine.mono(), wall: machine.wall(), state: machine.clockState(), secureStep });
  }

  function onConfirmed(advert: Advert): void {
    if (advert.kind === 'silence') {
      quiet(advert.untilMs);
      return;
    }
    const claim = claimOf(advert);
    if (claim === undefined || (onAir !== undefined && claim.dm === onAir.dm && claim.dmMode === onAir.dmMode)) return;
    const first = onAir === undefined;
    onAir = { ...claim, sinceMs: machine.wall() };
    silentUntilMs = undefined;
    log.info({ radio, profile: plan.profile, ...claim }, first ? 'on air' : 'device message changed');
    parts.onChange();
  }

  /** What an advert says about the node as a whole; `undefined` where another one of the round does. */
  function claimOf(advert: Exclude<Advert, { kind: 'silence' }>): Omit<OnAir, 'sinceMs'> | undefined {
    if (advert.kind === 'ibeacon') return leading === undefined ? { dmMode: 'none' } : undefined;
    if (advert.hwid !== leading?.hwid) return undefined;
    if (advert.kind === 'line-secure') return { hwid: advert.hwid, dmMode: 'line-secure' };
    return { hwid: advert.hwid, dm: advert.dm, dmMode: advert.dmMode };
  }

  function quiet(untilMs: EpochMs): void {
    if (onAir === undefined && silentUntilMs === untilMs) return;
    onAir = undefined;
    silentUntilMs = untilMs;
    log.info({ radio, profile: plan.profile, until: new Date(untilMs).toISOString() }, 'silent by plan');
    parts.onChange();
  }

  return {
    nextAdvert,
    onConfirmed,
    onSilent(why) {
      log.warn({ radio, why }, onAir === undefined ? 'not on air' : 'off air');
      onAir = undefined;
      silentUntilMs = undefined;
      parts.onChange();
    },
    heard: (frame, at) => watch.heard(frame, at),
    told(now) {
      const hears = watch.report(now);
      return {
        profile: plan.profile,
        ...(onAir === undefined ? {} : { onAir }),
        ...(silentUntilMs === undefined ? {} : { silentUntilMs }),
        ...(hears.length === 0 ? {} : { hears }),
      };
    },
    counters: () => (secureSteps === undefined ? {} : { secureCounterFaults: secureSteps.faults() }),
    close() {
      secureSteps?.close();
      onAir = undefined;
      silentUntilMs = undefined;
    },
  };
}
