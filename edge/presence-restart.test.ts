import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeIBeacon } from '../protocol/frames/ibeacon.ts';
import { measuredPowerDbm, type RssiDbm } from '../protocol/units.ts';
import { startBareNode, TAGS } from './bare-node.fixture.ts';
import { FOOTFALL_POLICY, PRESENCE_POLICY, PRESENCE_SNAPSHOT_MAX_AGE_MS } from './core/thresholds.ts';

let folder: string;
beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), 'pharos-presence-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const path = () => join(folder, 'edge.sqlite');
const CARD = {
  address: 'c0:ff:ee:00:00:01',
  data: encodeIBeacon({ uuid: TAGS, major: 3, minor: 42, measuredPower: measuredPowerDbm(-59) }),
  rssi: -60 as RssiDbm,
};
type Node = Awaited<ReturnType<typeof startBareNode>>;

/** Someone with the card stands at the door for `ms`. */
async function stand(node: Node, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    node.hear(CARD);
    await vi.advanceTimersByTimeAsync(250);
  }
}
const typesOf = (node: Node) => node.events().map(({ type }) => type);

/** Uses vitest's clock for the daemon's beat as well as for the machine. */
describe('presence over restarts', () => {
  it('tells an arrival within two seconds and a departure by timer', async () => {
    const node = await startBareNode(path());
    await stand(node, 2_000);
    expect(typesOf(node)).toEqual(['enter']);
    await vi.advanceTimersByTimeAsync(PRESENCE_POLICY.exitAfterMs - 1_000);
    expect(typesOf(node)).toEqual(['enter']);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(node.events()).toMatchObject([
      { type: 'enter', reason: expect.stringMatching(/^-60 dBm, at or above -72 dBm for \d+ ms/) },
      { type: 'exit', reason: expect.stringMatching(/^not heard for 15\d{3} ms \(15000 allowed\)/) },
    ]);
    await node.stop();
  });

  it('a restart neither repeats the enter nor loses the exit', async () => {
    const first = await startBareNode(path());
    await stand(first, 3_000);
    await first.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    const second = await startBareNode(path());
    await stand(second, 5_000);
    expect(typesOf(second)).toEqual(['enter']);
    await second.stop();
    const third = await startBareNode(path());
    await vi.advanceTimersByTimeAsync(PRESENCE_POLICY.exitAfterMs + 200);
    expect(typesOf(third)).toEqual(['enter', 'exit']);
    expect(third.events()[1]).toMatchObject({ presentMs: expect.any(Number) });
    await third.stop();
    const fourth = await startBareNode(path());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(typesOf(fourth)).toEqual(['enter', 'exit']);
    await fourth.stop();
  });

  it('a node that was down for long tells the exit at once, and why', async () => {
    const first = await startBareNode(path());
    await stand(first, 3_000);
    await first.stop();
    await vi.advanceTimersByTimeAsync(PRESENCE_SNAPSHOT_MAX_AGE_MS + 1_000);
    const second = await startBareNode(path());
    await vi.advanceTimersByTimeAsync(200);
    expect(typesOf(second)).toEqual(['enter', 'exit']);
    expect(second.events()[1]).toMatchObject({ reason: expect.stringMatching(/^the node did not listen for \d+ s/) });
    await second.stop();
  });
});

describe('footfall', () => {
  const phone = (name: number) => ({
    address: `4a:11:22:33:44:${name.toString(16).padStart(2, '0')}`,
    data: Uint8Array.of(2, 1, 6),
    rssi: -70 as RssiDbm,
  });

  it('counts passers-by of a window, and no tag of ours', async () => {
    const node = await startBareNode(path(), { footfall: true });
    await vi.advanceTimersByTimeAsync(200);
    for (const name of [1, 2, 3, 2, 1]) node.hear(phone(name));
    node.hear(CARD);
    await vi.advanceTimersByTimeAsync(FOOTFALL_POLICY.windowMs + 200);
    expect(node.events()).toMatchObject([{ type: 'footfall', count: 3 }]);
    await node.stop();
  });

  it('switched off says nothing', async () => {
    const node = await startBareNode(path(), { footfall: false });
    node.hear(phone(1));
    await vi.advanceTimersByTimeAsync(FOOTFALL_POLICY.windowMs + 200);
    expect(node.events()).toEqual([]);
    await node.stop();
  });
});
