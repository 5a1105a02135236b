/** The few MQTT 3.1.1 packets a load needs, as bytes. */

const CONNECT = 0x10;
const PUBLISH_QOS_1 = 0x32;
const SUBSCRIBE = 0x82;
const CLEAN_SESSION_USER_PASSWORD = 0xc2;
const PROTOCOL_LEVEL = 4;

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

const number = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

function packet(header: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([header, ...length]), body]);
}

/** Logs in as user `id` under the client id `id`, without keep-alive. */
export const connectPacket = (id: string, password: string): Buffer =>
  packet(
    CONNECT,
    ...[text('MQTT'), Buffer.from([PROTOCOL_LEVEL, CLEAN_SESSION_USER_PASSWORD]), number(0)],
    ...[text(id), text(id), text(password)],
  );

export const subscribePacket = (topic: string): Buffer => packet(SUBSCRIBE, number(1), text(topic), Buffer.from([0]));

export const publishPacket = (topic: string, packetId: number, payload: string): Buffer =>
  packet(PUBLISH_QOS_1, text(topic), number(packetId), Buffer.from(payload));

/** Tells the kind of each packet in a stream of bytes, however it is cut. */
export function packetsOf(tell: (type: 'publish' | 'puback' | 'other') => void): (bytes: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  return (bytes) => {
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    let at = 0;
    for (;;) {
      const end = endOf(held, at);
      if (end === undefined) break;
      const type = (held[at] ?? 0) >> 4;
      tell(type === 3 ? 'publish' : type === 4 ? 'puback' : 'other');
      at = end;
    }
    held = held.subarray(at);
  };
}

/** Where the packet that begins at `at` ends; absent while a part of it is still to come. */
function endOf(bytes: Buffer, at: number): number | undefined {
  let length = 0;
  for (let index = 0; index < 4; index++) {
    const byte = bytes[at + 1 + index];
    if (byte === undefined) return undefined;
    length |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) {
      const end = at + 2 + index + length;
      return end <= bytes.length ? end : undefined;
    }
  }
  throw new Error('a packet without end');
}
