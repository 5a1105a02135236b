import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BootId } from '../protocol/ids.ts';
import type { ReportedConfig } from '../protocol/messages/config.ts';
import { monoMs } from '../protocol/units.ts';
import { BARE_BUNDLE, testMachine } from './bare-node.fixture.ts';
import type { LocalConfig } from './core/shadow-config.ts';
import { createShadowAgent } from './shadow-agent.ts';
import { loadProfile } from './store/broadcast-profile-file.ts';
import { openDatabase } from './store/database.ts';
import { createNodeConfigStore } from './store/node-config.ts';
import { createRadioSnapshots } from './store/radio-snapshot.ts';

const LOCAL: LocalConfig = {
  profile: 'line-and-ibeacon',
  enterDbm: undefined,
  exitAfterMs: 15_000,
  footfall: true,
  healthEveryMs: 10_000,
  logLevel: 'silent',
  pinned: ['healthEveryMs'],
};

/** An uplink's agent on a real database; the test is the radio, the line and the clock. */
function openNode() {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-agent-'));
  const path = join(folder, 'edge.sqlite');
  const db = openDatabase(path);
  onTestFinished(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });
  const reports: ReportedConfig[] = [];
  const world = { mono: 100_000, linked: true, boot: BootId.parse('12345678-0000') };
  const snapshots = createRadioSnapshots(db);
  const start = () => {
    const machine = { ...testMachine(world.boot), mono: () => monoMs(world.mono) };
    return createShadowAgent({
      bundle: BARE_BUNDLE,
      local: LOCAL,
      store: createNodeConfigStore(db, BARE_BUNDLE.nodeId),
      snapshots,
      loadProfile,
      machine: { ...machine, moment: () => ({ ...machine.moment(), mono: monoMs(world.mono) }) },
      policy: { trialMs: 20_000, settleMs: 2_000 },
      isLinked: () => world.linked,
      publish: (report) => void reports.push(report),
      log: pino({ level: 'silent' }),
    });
  };
  /** The radio says that it runs with `version` since `since`. */
  const radio = (version: number, since = world.mono, onAir = true) =>
    snapshots.write({
      boot: world.boot,
      writtenMono: monoMs(world.mono),
      name: 'bare',
      state: 'on',
      counters: {},
      ...(onAir && { onAir: { dmMode: 'signed' as const, sinceMs: testMachine().wall() } }),
      config: { version, sinceMono: monoMs(since) },
    });
  return { start, radio, reports, world };
}

const desired = (version: number, config: object) => Buffer.from(JSON.stringify({ v: 1, version, config }));
const lastOf = (reports: readonly ReportedConfig[]) => reports.at(-1);

describe('the agent', () => {
  it('tries, proves, keeps and reports a configuration, and has it again after a restart without a line', () => {
    const { start, radio, reports, world } = openNode();
    radio(0);
    const agent = start();
    agent.onDesired(desired(1, { enterDbm: -60, healthEveryMs: 5_000 }));
    expect(lastOf(reports)).toMatchObject({ version: 1, state: 'applying', config: { enterDbm: -60 } });
    const since = world.mono;
    world.mono += 2_500;
    radio(1, since);
    agent.beat();
    expect(lastOf(reports)).toMatchObject({
      version: 1,
      state: 'applied',
      config: { enterDbm: -60, healthEveryMs: 10_000 },
      pinned: ['healthEveryMs'],
    });
    world.linked = false;
    world.boot = BootId.parse('12345678-1111');
    expect(start().effective()).toMatchObject({ enterDbm: -60 });
  });

  it('takes back what silences the radio', () => {
    const { start, radio, reports, world } = openNode();
    radio(0);
    const agent = start();
    agent.onDesired(desired(1, { profile: 'ibeacon' }));
    const since = world.mono;
    for (let ms = 0; ms <= 20_000; ms += 1_000) {
      radio(1, since, false);
      agent.beat();
      world.mono += 1_000;
    }
    expect(lastOf(reports)).toMatchObject({
      state: 'rolled-back',
      reason: { code: 'off-air' },
      config: { profile: 'line-and-ibeacon' },
    });
  });

  it('is not deceived by the last words of a radio that died', () => {
    const { start, radio, reports, world } = openNode();
    radio(0);
    const agent = start();
    agent.onDesired(desired(1, { enterDbm: -60 }));
    world.mono += 500;
    radio(1);
    world.mono += 19_500;
    agent.beat();
    expect(lastOf(reports)).toMatchObject({ state: 'rolled-back', reason: { code: 'no-radio' } });
  });

  it('goes back to the last good one after a power cut, and says so', () => {
    const { start, radio, reports, world } = openNode();
    radio(0);
    start().onDesired(desired(1, { enterDbm: -60 }));
    world.boot = BootId.parse('12345678-1111');
    const after = start();
    expect(after.effective().enterDbm).toBe(-72);
    after.onUp();
    expect(lastOf(reports)).toMatchObject({ version: 1, state: 'rolled-back', reason: { code: 'interrupted' } });
  });

  it.each([
    ['{"v":1,"version":3,"config":{"enterDBm":-60}}', 3, 'bad-config', 'did you mean "enterDbm"?'],
    ['{"v":1,"version":3,"config":{"profile":"nowhere"}}', 3, 'profile-missing', 'nowhere'],
    ['{"v":1,"version":3,"config":{"exitAfterMs":10}}', 3, 'exit-flaps', 'leave and come'],
  ])('answers %s with a refusal', (payload, version, code, says) => {
    const { start, radio, reports } = openNode();
    radio(0);
    start().onDesired(Buffer.from(payload));
    expect(lastOf(reports)).toMatchObject({
      version,
      state: 'refused',
      reason: { code, detail: expect.stringContaining(says) },
      config: { enterDbm: -72 },
    });
  });

  it.each(['', 'null', '{"v":1}', '{"version":-1}'])('counts %j, which it cannot answer', (payload) => {
    const { start, reports } = openNode();
    const agent = start();
    agent.onDesired(Buffer.from(payload));
    expect([reports, agent.counters()['configsUnreadable']]).toEqual([[], 1]);
  });

  it('waits for a radio that is not up yet, but not for ever', () => {
    const { start, radio, reports, world } = openNode();
    const agent = start();
    agent.onDesired(desired(1, { enterDbm: -60 }));
    agent.beat();
    expect(reports).toEqual([]);
    radio(0);
    agent.beat();
    expect(lastOf(reports)).toMatchObject({ state: 'applying' });

    const lonely = openNode();
    const other = lonely.start();
    other.onDesired(desired(1, { enterDbm: -60 }));
    lonely.world.mono += 60_000;
    other.beat();
    lonely.world.mono += 20_000;
    other.beat();
    expect(lastOf(lonely.reports)).toMatchObject({ state: 'rolled-back', reason: { code: 'no-radio' } });
    expect(world.linked).toBe(true);
  });
});
