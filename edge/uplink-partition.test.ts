import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { createMosquitto, type Mosquitto } from './bench/drain/mosquitto.ts';
import { mosquittoMissing } from './mosquitto.fixture.ts';
import { createUplinkWorld, type UplinkWorld } from './uplink-world.fixture.ts';

/** A host of its own for the broker, at the other end of a cable; packets vanish there without a word. */
const HOST = `pharos-${process.pid}`;
const [CABLE_HERE, CABLE_THERE] = [`ph${process.pid % 100_000}a`, `ph${process.pid % 100_000}b`];
const NET = `10.251.${process.pid % 250}`;
const inside = (...command: string[]): string[] => ['ip', 'netns', 'exec', HOST, ...command];
const run = (command: readonly string[]): void => {
  const [program = '', ...args] = command;
  execFileSync(program, args, { stdio: 'pipe' });
};

/** The broker's host loses its way back: nothing it sends arrives any more, and nobody is told. */
const PARTITION = inside('ip', 'route', 'add', 'blackhole', `${NET}.1/32`);
const HEAL = inside('ip', 'route', 'delete', 'blackhole', `${NET}.1/32`);

function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  if (!existsSync('/usr/sbin/ip') && !existsSync('/sbin/ip')) return 'no "ip"; install it: apt-get install iproute2';
  return mosquittoMissing();
}

let world: UplinkWorld | undefined;
let broker: Mosquitto | undefined;
afterEach(async () => {
  await broker?.kill();
  await world?.close();
  if (broker !== undefined) run(['ip', 'netns', 'delete', HOST]);
});

const why = missing();
if (why !== undefined) process.stderr.write(`skipped: ${why}\n`);

it.skipIf(why !== undefined)('a network that swallows packets: half-open on both sides, nothing lost', async () => {
  run(['ip', 'netns', 'add', HOST]);
  run(['ip', 'link', 'add', CABLE_HERE, 'type', 'veth', 'peer', 'name', CABLE_THERE, 'netns', HOST]);
  run(['ip', 'addr', 'add', `${NET}.1/24`, 'dev', CABLE_HERE]);
  run(['ip', 'link', 'set', CABLE_HERE, 'up']);
  run(inside('ip', 'addr', 'add', `${NET}.2/24`, 'dev', CABLE_THERE));
  run(inside('ip', 'link', 'set', CABLE_THERE, 'up'));
  world = createUplinkWorld();
  const { outbox, line, add, cloudAt, startUplink } = world;
  broker = await createMosquitto({ dir: world.folder, host: `${NET}.2`, by: inside() });
  await broker.start();
  const url = `mqtt://${NET}.2:${broker.port}`;
  await cloudAt(url);
  startUplink(url);
  const eventually = <T>(check: () => T) => vi.waitFor(check, { timeout: 10_000, interval: 20 });
  for (let round = 0; round < 2; round += 1) {
    add(300);
    await eventually(() => expect(outbox.depth().waiting).toBe(0));
    run(PARTITION);
    add(500);
    await eventually(() => expect(line()).toMatchObject({ at: 'down', trouble: { code: 'line-dead' } }));
    run(HEAL);
  }
  await world.allArrivedOnce();
});
