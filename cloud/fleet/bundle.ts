import { NodeBundle } from '../../protocol/messages/bundle.ts';
import type { NodeCredentials } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';

/** The bundle of one node from its fresh credentials. Throws {@link Problem} where there are none to give. */
export function bundleOf(
  nodeId: string,
  made: NodeCredentials | 'unknown_node' | 'has_credentials',
  broker: { readonly url: string; readonly ca: string | undefined },
): NodeBundle {
  if (made === 'unknown_node') {
    throw new Problem('not_found', 'unknown_node', `no node "${nodeId}"`, { remedy: 'apply its Node file first' });
  }
  if (made === 'has_credentials') {
    throw new Problem('conflict', 'has_credentials', `node "${nodeId}" already has a bundle`, {
      remedy: 'new credentials stop the present ones from working: say so with --rotate',
    });
  }
  const { node, spec, neighbours, dmKeyHex, mqttPassword } = made;
  return NodeBundle.parse({
    v: 1,
    nodeId: node.id,
    storeId: node.storeId,
    zone: node.zone,
    hwid: spec.hwid,
    nodeIndex: node.index,
    dmKey: dmKeyHex,
    slotSeconds: spec.slotSeconds,
    ibeacon: spec.ibeacon,
    tagNamespaces: spec.tagNamespaces,
    ...(neighbours.length > 0 && { neighbours }),
    ...(spec.enterDbm !== undefined && { enterDbm: spec.enterDbm }),
    mqtt: {
      url: broker.url,
      username: node.id,
      password: mqttPassword,
      ...(broker.ca !== undefined && { ca: broker.ca }),
    },
  });
}
