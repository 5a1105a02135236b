import type { Frame } from '../../protocol/frames/frame.ts';
import type { NodeBundle } from '../../protocol/messages/bundle.ts';

/**
 * Whether a frame comes from a node of our own. It cannot be this one: a radio does not hear itself. Neighbours send all
 * day at a steady pace, which no visitor does, so their silence says something about the ear.
 */
export function createIsNeighbour({
  hwid,
  neighbours = [],
  ibeacon,
}: Pick<NodeBundle, 'hwid' | 'neighbours' | 'ibeacon'>): (frame: Frame) => boolean {
  const hwids: ReadonlySet<string> = new Set([hwid, ...neighbours]);
  return (frame) => {
    if (frame.kind === 'line-simple-beacon' || frame.kind === 'line-secure-beacon') return hwids.has(frame.hwid);
    return frame.kind === 'ibeacon' && frame.uuid === ibeacon.uuid;
  };
}
