import type { Frame } from '../../protocol/frames/frame.ts';
import type { NodeBundle } from '../../protocol/messages/bundle.ts';
import type { TagSubject } from '../../protocol/messages/common.ts';

/**
 * Who a frame is about, or `undefined` for everything that is not a registered tag. A node's own identity is never a
 * subject, even where its namespace is registered: neighbour nodes share it and do not visit anyone.
 */
export function createSubjectOf(
  bundle: Pick<NodeBundle, 'tagNamespaces' | 'ibeacon'>,
): (frame: Frame) => TagSubject | undefined {
  const namespaces = new Set<string>(bundle.tagNamespaces);
  const own = bundle.ibeacon;
  return (frame) => {
    if (frame.kind !== 'ibeacon' || !namespaces.has(frame.uuid)) return undefined;
    if (frame.uuid === own.uuid && frame.major === own.major && frame.minor === own.minor) return undefined;
    return { kind: 'ibeacon', uuid: frame.uuid, major: frame.major, minor: frame.minor };
  };
}
