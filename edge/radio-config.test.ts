import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { BootId } from '../protocol/ids.ts';
import { TagSubject } from '../protocol/messages/common.ts';
import type { NodeConfig } from '../protocol/messages/config.ts';
import { epochMs, monoMs } from '../protocol/units.ts';
import { BARE_BUNDLE, testMachine } from './bare-node.fixture.ts';
import type { Shadow } from './core/shadow.ts';
import { openRadioDesk } from './node-shadow.ts';
import { aboutOneOf } from './radio-config.ts';
import { readSettings } from './settings.ts';
import { openBeside } from './store/beside.ts';
import { openDatabase } from './store/database.ts';
import { createNodeConfigStore } from './store/node-config.ts';
import { createRadioRequests } from './store/radio-requests.ts';

/** The uplink's connection and the radio's, on one real file. */
function openNode(env: Record<string, string> = {}) {
  let mono = 0;
  const folder = mkdtempSync(join(tmpdir(), 'pharos-desk-'));
  const uplink = openDatabase(join(folder, 'edge.sqlite'));
  const paths = { diskPath: join(folder, 'edge.sqlite'), memoryPath: join(folder, 'memory.sqlite') };
  const radio = openBeside({ ...paths, nodeId: BARE_BUNDLE.nodeId, role: 'radio', mono: () => monoMs(mono) });
  onTestFinished(() => {
    uplink.close();
    radio.close();
    rmSync(folder, { recursive: true });
  });
  const settings = readSettings(env, {});
  if (!settings.ok) throw new Error(settings.reject.detail);
  const base = {
    settings: settings.value,
    bundle: BARE_BUNDLE,
    machine: testMachine(),
    log: pino({ level: 'silent' }),
  };
  return {
    store: createNodeConfigStore(uplink, BARE_BUNDLE.nodeId),
    requests: createRadioRequests(uplink, BARE_BUNDLE.nodeId),
    openDesk: () => openRadioDesk(radio, base),
    /** Later than every pause between two looks. */
    later: () => {
      mono += 1_000;
      return monoMs(mono);
    },
  };
}

const good = (version: number, config: NodeConfig): Shadow => ({ at: 'settled', good: { version, config } });
const trying = (config: NodeConfig, boot: BootId): Shadow => ({
  at: 'trying',
  good: { version: 1, config: {} },
  trial: { version: 2, config, boot, since: monoMs(0), begunAt: epochMs(0), needs: { onAir: true, hearing: false } },
});

it('takes up what changes while it runs, and plans a broadcast only where that changes', () => {
  const { store, openDesk, later } = openNode();
  const desk = openDesk();
  expect(desk.first).toMatchObject({ version: 0, footfall: true, onTrial: false, policy: { enterDbm: -72 } });
  desk.look(later());
  expect(desk.look(later())).toBeUndefined();
  store.write(good(1, { enterDbm: -60, exitAfterMs: 9_000, footfall: false }));
  const news = desk.look(later());
  expect(news?.config).toMatchObject({ version: 1, footfall: false, policy: { enterDbm: -60, exitAfterMs: 9_000 } });
  expect(news?.config).not.toHaveProperty('plan');
  store.write(good(2, { profile: 'ibeacon' }));
  expect(desk.look(later())?.config).toMatchObject({ version: 2, plan: { profile: 'ibeacon' } });
});

it('knows a trial for one, and one of another boot for none', () => {
  const { store, openDesk } = openNode();
  store.write(trying({ enterDbm: -60 }, testMachine().boot));
  expect(openDesk().first).toMatchObject({ version: 2, onTrial: true, policy: { enterDbm: -60 } });
  store.write(trying({ enterDbm: -60 }, BootId.parse('99999999-9999')));
  expect(openDesk().first).toMatchObject({ version: 1, onTrial: false, policy: { enterDbm: -72 } });
});

it('leaves to whoever stands at the machine what they set there', () => {
  const { store, openDesk } = openNode({ PHAROS_ENTER_DBM: '-50' });
  store.write(good(1, { enterDbm: -60, footfall: false }));
  expect(openDesk().first).toMatchObject({ footfall: false, policy: { enterDbm: -50 } });
});

it('keeps the broadcast it has where the one wanted cannot be planned', () => {
  const { store, openDesk, later } = openNode();
  const desk = openDesk();
  store.write(good(1, { profile: 'gone' }));
  const { config } = desk.look(later()) ?? {};
  expect(config).toMatchObject({ version: 1 });
  expect(config).not.toHaveProperty('plan');
  expect(openDesk().firstPlan()).toMatchObject({ ok: false, reject: { code: 'profile-missing' } });
});

it('hears what is asked of it, but no restart that its own start has met', () => {
  const { requests, openDesk, later } = openNode();
  requests.ask({ kind: 'restart', id: 'before' });
  const desk = openDesk();
  expect(desk.look(later())?.requests ?? []).toEqual([]);
  requests.ask({ kind: 'restart', id: 'now' });
  expect(desk.look(later())?.requests).toMatchObject([{ kind: 'restart', id: 'now' }]);
});

it('tells whom an erasure is about', () => {
  const uuid = 'f7826da6-4fa2-4e98-8024-bc5b71e0893e';
  const tag = (minor: number) => TagSubject.parse({ kind: 'ibeacon', uuid, major: 1, minor });
  const isAbout = aboutOneOf({ kind: 'erase', id: 'e', subjects: [tag(1)] });
  expect([{ subject: tag(1) }, { subject: tag(2) }, { count: 3 }].map(isAbout)).toEqual([true, false, false]);
});
