import { NodeBundle } from '../messages/bundle.ts';

/** The bundle of a node that is nobody's: for labs, benches and tests. Its broker does not exist and its keys open nothing. */
export const sampleBundle = (given: Readonly<Record<string, unknown>> = {}): NodeBundle =>
  NodeBundle.parse({
    v: 1,
    nodeId: 'door',
    storeId: 'taipei-1',
    zone: 'entrance',
    hwid: '0a1b2c3d4e',
    nodeIndex: 7,
    dmKey: 'ab'.repeat(32),
    slotSeconds: 300,
    ibeacon: { uuid: 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38', major: 1, minor: 7, measuredPower: -59 },
    tagNamespaces: ['f7826da6-4fa2-4e98-8024-bc5b71e0893e'],
    mqtt: { url: 'mqtt://127.0.0.1:1', username: 'door', password: 'a-secret-password' },
    ...given,
  });
