import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, expect, it } from 'vitest';
import { BootId, NodeId, StoreId } from '../../protocol/ids.ts';
import { topicOf } from '../../protocol/topics.ts';
import { epochMs } from '../../protocol/units.ts';
import type { LinkTrouble } from '../core/link-trouble.ts';
import { createMqttLink, type LinkHandlers, type MqttLink } from './mqtt-link.ts';

const [STORE, NODE] = [StoreId.parse('taipei-1'), NodeId.parse('door')];
const topic = (channel: Parameters<typeof topicOf>[2]): string => topicOf(STORE, NODE, channel);

let server: Server;
let link: MqttLink;
const sockets = new Set<Socket>();
afterEach(async () => {
  await link.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

async function brokerOf(mayRead: (topic: string) => boolean): Promise<{ broker: Aedes; url: string }> {
  const broker = await Aedes.createBroker({
    authorizeSubscribe: (_client, subscription, done) => done(null, mayRead(subscription.topic) ? subscription : null),
  });
  server = createServer((socket) => {
    sockets.add(socket);
    broker.handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { broker, url: `mqtt://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}` };
}

function connect(url: string, handlers: Partial<LinkHandlers>): void {
  link = createMqttLink({
    bundle: { nodeId: NODE, storeId: STORE, mqtt: { url, username: 'door', password: 'a-long-enough-password' } },
    birth: () => ({
      v: 1,
      online: true,
      boot: BootId.parse('12345678-0000'),
      at: epochMs(0),
      versions: { pharos: 't', node: 't' },
    }),
    random: () => 0,
    clock: () => ({ says: 'now', plausible: true }),
  });
  const nothing = (): void => undefined;
  const unexpected = (why: LinkTrouble): void => expect.fail(why.sentence);
  link.connect({
    onUp: nothing,
    onDown: unexpected,
    onAck: nothing,
    onBadAck: nothing,
    onDesired: nothing,
    onCommand: nothing,
    ...handlers,
  });
}

it('a topic the broker does not grant is named', async () => {
  const { url } = await brokerOf((name) => name !== topic('command'));
  const { promise, resolve } = Promise.withResolvers<LinkTrouble>();
  connect(url, { onDown: resolve });
  const trouble = await promise;
  expect(trouble.code).toBe('topics-refused');
  expect(trouble.sentence).toContain(`does not let door read ${topic('command')}`);
});

it('hears the desired configuration and commands, and answers: what it reports is retained, a result is not', async () => {
  const { broker, url } = await brokerOf(() => true);
  const heard: string[] = [];
  const say = (channel: 'config/desired' | 'command', payload: string): void =>
    broker.publish(
      { cmd: 'publish', topic: topic(channel), payload, qos: 1, retain: channel === 'config/desired', dup: false },
      () => undefined,
    );
  const { promise, resolve } = Promise.withResolvers<void>();
  const said: [string, boolean][] = [];
  broker.on('publish', (packet, client) => {
    if (client === null || packet.topic === topic('status')) return;
    said.push([packet.topic, packet.retain]);
    if (said.length === 2) resolve();
  });
  say('config/desired', 'wished');
  connect(url, {
    onUp: () => say('command', 'blink'),
    onDesired: (payload) => void heard.push(`desired ${Buffer.from(payload).toString()}`),
    onCommand(payload) {
      heard.push(`command ${Buffer.from(payload).toString()}`);
      link.publish('config/reported', { v: 1 });
      link.publish('command/result', { v: 1 });
    },
  });
  link.publish('command/result', 'without a line: dropped');
  await promise;
  expect(heard.toSorted()).toEqual(['command blink', 'desired wished']);
  expect(said).toEqual([
    [topic('config/reported'), true],
    [topic('command/result'), false],
  ]);
});
