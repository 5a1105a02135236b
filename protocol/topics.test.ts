import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NodeId, StoreId } from './ids.ts';
import { DOWNLINK_CHANNELS, isUplink, parseTopic, topicOf, UPLINK_CHANNELS } from './topics.ts';

const storeId = StoreId.parse('ginza');
const nodeId = NodeId.parse('door-1');

describe('topics', () => {
  it.each([...UPLINK_CHANNELS, ...DOWNLINK_CHANNELS])('name and parse: %s', (channel) => {
    expect(topicOf(storeId, nodeId, channel)).toBe(`pharos/v1/ginza/door-1/${channel}`);
    expect(parseTopic(topicOf(storeId, nodeId, channel))).toEqual({ storeId, nodeId, channel });
  });

  it('know their direction', () => {
    expect(UPLINK_CHANNELS.every(isUplink)).toBe(true);
    expect(DOWNLINK_CHANNELS.some(isUplink)).toBe(false);
  });

  it.each([
    'pharos/v1/ginza/door-1',
    'pharos/v1/ginza/door-1/events/more',
    'pharos/v1/ginza/door-1/config',
    'pharos/v1/+/door-1/events',
    'pharos/v1/ginza/#',
    'pharos/v2/ginza/door-1/events',
    'pharos/v1/ginza/Door 1/events',
    'pharos/v1//door-1/events',
    '$share/dispatcher/pharos/v1/ginza/door-1/events',
    '',
  ])('that are not ours parse to nothing: %j', (topic) => {
    expect(parseTopic(topic)).toBeUndefined();
  });

  it('never parse to an address that names another topic', () => {
    const part = fc.constantFrom('pharos', 'v1', 'ginza', 'door-1', 'events', 'config', 'desired', '+', '#', '');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 7 }), (parts) => {
        const topic = parts.join('/');
        const address = parseTopic(topic);
        if (address !== undefined) expect(topicOf(address.storeId, address.nodeId, address.channel)).toBe(topic);
      }),
    );
  });
});
