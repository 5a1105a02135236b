import type { Frame } from '../../protocol/frames/frame.ts';
import type { NodeBundle } from '../../protocol/messages/bundle.ts';
import type { TagSubject } from '../../protocol/messages/common.ts';

/**
 * Who a frame is about, or `undefined` for everything that is not a registered tag. A node's own identity is never a
 * subject, even where its namespace is registered: neighbour nodes share it and do not visit anyone.
 */
export function createSubjectOf(
  bundle: Pick<NodeBundle, 'tagNamespaces'> & Partial<Pick<NodeBundle, 'ibeacon'>>,
): (frame: Frame) => TagSubject | undefined {
  const namespaces = new Set<string>(bundle.tagNamespaces);
  const own = bundle.ibeacon;
  /** The namespace seen last is mostly the next one's too. */
  let lastOfOurs: string | undefined;
  return (frame) => {
    if (frame.kind !== 'ibeacon') return undefined;
    if (frame.uuid !== lastOfOurs) {
      if (!namespaces.has(frame.uuid)) return undefined;
      lastOfOurs = frame.uuid;
    }
    if (frame.minor === own?.minor && frame.major === own.major && frame.uuid === own.uuid) return undefined;
    return { kind: 'ibeacon', uuid: frame.uuid, major: frame.major, minor: frame.minor };
  };
}

/** Whether an advert is nobody's we know: neither a tag of ours nor a beacon of a shop, ours or LINE's. */
export function createIsStranger(
  bundle: Pick<NodeBundle, 'tagNamespaces' | 'ibeacon'>,
): (frame: Frame | undefined) => boolean {
  const ours = new Set<string>([...bundle.tagNamespaces, bundle.ibeacon.uuid]);
  return (frame) => {
    if (frame === undefined) return true;
    if (frame.kind === 'line-simple-beacon' || frame.kind === 'line-secure-beacon') return false;
    return frame.kind !== 'ibeacon' || !ours.has(frame.uuid);
  };
}
