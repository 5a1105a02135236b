import type { Frame } from '../../protocol/frames/frame.ts';
import type { Hwid } from '../../protocol/ids.ts';
import type { NodeBundle } from '../../protocol/messages/bundle.ts';
import type { MonoMs } from '../../protocol/units.ts';
import { HEARD_HWID_MEMORY_MS } from './thresholds.ts';

/**
 * Which known HWIDs this node hears. A radio cannot hear itself, so the node's own HWID counts too: whoever is heard with
 * it is another node that shares it, or a copy.
 */
export interface NeighbourWatch {
  heard(frame: Frame, at: MonoMs): void;
  /** Heard lately, at most one entry for each HWID of the bundle. */
  report(now: MonoMs): { readonly hwid: Hwid; readonly heardMono: MonoMs }[];
}

export function createNeighbourWatch({ hwid, neighbours = [] }: NodeBundle): NeighbourWatch {
  const known = new Set<Hwid>([hwid, ...neighbours]);
  const lastHeard = new Map<Hwid, MonoMs>();
  return {
    heard(frame, at) {
      if (frame.kind !== 'line-simple-beacon' && frame.kind !== 'line-secure-beacon') return;
      if (known.has(frame.hwid)) lastHeard.set(frame.hwid, at);
    },
    report: (now) =>
      [...lastHeard]
        .filter(([, at]) => now - at <= HEARD_HWID_MEMORY_MS)
        .map(([heardHwid, heardMono]) => ({ hwid: heardHwid, heardMono })),
  };
}
