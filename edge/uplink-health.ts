import type { MachineHealth, NodeHealth } from '../protocol/messages/status.ts';
import { RADIO_SNAPSHOT_STALE_INTERVALS } from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import { radioHealth, silentRadioHealth } from './radio-health.ts';
import type { OutboxReader } from './store/outbox.ts';
import type { RadioSnapshots } from './store/radio-snapshot.ts';

export interface HealthSources {
  readonly machine: Machine;
  readonly outbox: Pick<OutboxReader, 'depth'>;
  readonly snapshots: Pick<RadioSnapshots, 'read'>;
  readonly healthEveryMs: number;
}

/** One health message: the radio as it last told of itself, the outbox, the counters of both daemons, the computer. */
export function composeHealth(
  { machine, outbox, snapshots, healthEveryMs }: HealthSources,
  counters: Readonly<Record<string, number>>,
  computer: MachineHealth | undefined,
): NodeHealth {
  const { wall, mono, clock } = machine.moment();
  const snapshot = snapshots.read();
  const staleAfterMs = (snapshot?.everyMs ?? healthEveryMs) * RADIO_SNAPSHOT_STALE_INTERVALS;
  const alive = snapshot?.boot === machine.boot && mono - snapshot.writtenMono <= staleAfterMs;
  return {
    v: 1,
    at: wall,
    clock,
    radio: alive ? radioHealth(snapshot, mono) : silentRadioHealth(snapshot),
    outbox: outbox.depth(),
    counters: { ...(alive ? snapshot.counters : {}), ...counters },
    ...(computer === undefined ? {} : { machine: computer }),
  };
}
