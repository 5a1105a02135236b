import { NodeId, StoreId } from './ids.ts';

/**
 * The one place that knows MQTT topic names. All messages of a node live below `pharos/v1/{storeId}/{nodeId}/`.
 * The registry, not the topic, says which store a node belongs to; the store in the topic is for people who watch.
 */
export const TOPIC_ROOT = 'pharos/v1';

/** What a node writes. */
export const UPLINK_CHANNELS = ['events', 'status', 'health', 'config/reported', 'command/result'] as const;
/** What a node reads. */
export const DOWNLINK_CHANNELS = ['ack', 'config/desired', 'command'] as const;

export type UplinkChannel = (typeof UPLINK_CHANNELS)[number];
export type DownlinkChannel = (typeof DOWNLINK_CHANNELS)[number];
export type Channel = UplinkChannel | DownlinkChannel;

export interface TopicAddress {
  readonly storeId: StoreId;
  readonly nodeId: NodeId;
  readonly channel: Channel;
}

export const isUplink = (channel: Channel): channel is UplinkChannel =>
  (UPLINK_CHANNELS as readonly string[]).includes(channel);

export const topicOf = (storeId: StoreId, nodeId: NodeId, channel: Channel): string =>
  `${TOPIC_ROOT}/${storeId}/${nodeId}/${channel}`;

/** What every node says on one of its channels. */
export const everyNodes = (channel: UplinkChannel): string => `${TOPIC_ROOT}/+/+/${channel}`;

/** The same filter, each message going to one member of the group alone, where the broker knows how to. */
export const sharedBy = (group: string, filter: string): string => `$share/${group}/${filter}`;

/** Where a dispatcher speaks to itself; no address of a node looks like it. */
export const probeTopic = (clientId: string): string => `${TOPIC_ROOT}/-/${clientId}/probe`;

/** The address a topic names, or `undefined` when it is not one of ours. Wildcards never parse. */
export function parseTopic(topic: string): TopicAddress | undefined {
  if (!topic.startsWith(`${TOPIC_ROOT}/`)) return undefined;
  const [store = '', node = '', ...rest] = topic.slice(TOPIC_ROOT.length + 1).split('/');
  const channel = rest.join('/');
  const storeId = StoreId.safeParse(store);
  const nodeId = NodeId.safeParse(node);
  if (!storeId.success || !nodeId.success || !isChannel(channel)) return undefined;
  return { storeId: storeId.data, nodeId: nodeId.data, channel };
}

const isChannel = (text: string): text is Channel =>
  (UPLINK_CHANNELS as readonly string[]).includes(text) || (DOWNLINK_CHANNELS as readonly string[]).includes(text);

/**
 * The MQTT client id under which a node's own doctor logs in, beside the running uplink. No node id can look like it; a
 * broker may let it in with the node's password and must let it do nothing more.
 */
export const doctorClientId = (nodeId: NodeId): string => `${nodeId}.doctor`;
