import { type Broadcast, type BroadcastParts, createBroadcast } from './broadcast.ts';
import type { BroadcastPlan } from './core/broadcast-plan.ts';
import type { SecureSteps } from './store/secure-counter.ts';

/** A broadcast whose plan can be exchanged under way. */
export interface SwitchableBroadcast extends Broadcast {
  /** From now on this is sent. What is on air counts as unknown until the controller has confirmed an advert of it. */
  switchTo(plan: BroadcastPlan, openSecureSteps: () => SecureSteps | undefined): void;
}

export function createSwitchableBroadcast(parts: BroadcastParts): SwitchableBroadcast {
  let current = createBroadcast(parts);
  /** Whose advert is under way: its confirmation says nothing about a plan that came since. */
  let asked = current;
  return {
    nextAdvert() {
      asked = current;
      return current.nextAdvert();
    },
    onConfirmed(advert) {
      if (asked === current) current.onConfirmed(advert);
    },
    onSilent: (why) => current.onSilent(why),
    heard: (frame, at) => current.heard(frame, at),
    told: (now) => current.told(now),
    counters: () => current.counters(),
    switchTo(plan, openSecureSteps) {
      // The counter is given back before the next one takes it up.
      current.close();
      current = createBroadcast({ ...parts, plan, secureSteps: openSecureSteps() });
      parts.onChange();
    },
    close: () => current.close(),
  };
}
