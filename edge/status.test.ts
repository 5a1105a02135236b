import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DeviceMessageHex, Hwid } from '../protocol/ids.ts';
import { epochMs, monoMs } from '../protocol/units.ts';
import { BARE_BUNDLE } from './bare-node.fixture.ts';
import { createMachine } from './host/machine.ts';
import { databasePath } from './node-store.ts';
import { readSettings } from './settings.ts';
import { readReport } from './status.ts';
import { renderReport } from './status-screen.ts';
import { openDatabase } from './store/database.ts';
import { createRadioSnapshots } from './store/radio-snapshot.ts';
import { createUplinkSnapshots } from './store/uplink-snapshot.ts';

function node() {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-status-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const dataDir = join(folder, 'data');
  const settings = readSettings({ PHAROS_RUNTIME_DIR: join(folder, 'runtime') }, { dataDir });
  if (!settings.ok) throw new Error(settings.reject.detail);
  return { dataDir, settings: settings.value };
}

it('makes nothing where there is nothing', async () => {
  const { dataDir, settings } = node();
  const report = await readReport(settings);
  expect(report).toMatchObject({ enrolled: false });
  expect(renderReport(report)).toContain('not enrolled');
  expect(existsSync(dataDir)).toBe(false);
});

it('leaves a node at rest as it is', async () => {
  const { dataDir, settings } = node();
  mkdirSync(dataDir);
  openDatabase(databasePath(dataDir)).close();
  expect((await readReport(settings)).outbox).toEqual({ waiting: 0, parked: 0, dropped: 0, mode: 'disk' });
  expect(readdirSync(dataDir)).toEqual(['edge.sqlite']);
});

it('tells all there is on one screen, also at its worst', async () => {
  const { dataDir, settings } = node();
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'node.json'), JSON.stringify(BARE_BUNDLE), { mode: 0o600 });
  const db = openDatabase(databasePath(dataDir));
  onTestFinished(() => void db.close());
  const { boot, mono, wall } = createMachine();
  const hears = Array.from({ length: 17 }, (_, place) => ({
    hwid: Hwid.parse(`0a1b2c3d${String(place).padStart(2, '0')}`),
    heardMono: mono(),
  }));
  createRadioSnapshots(db).write({
    boot,
    writtenMono: mono(),
    name: 'hci0',
    state: 'on',
    lastAdvertMono: monoMs(mono() - 3_000),
    onAir: {
      hwid: BARE_BUNDLE.hwid,
      dm: DeviceMessageHex.parse('1000070059e2c070003f0e6cdc'),
      dmMode: 'signed',
      sinceMs: wall(),
    },
    profile: 'line-and-ibeacon',
    hears,
    counters: {},
    recovery: { stage: 'reset', reason: 'no-answer', at: wall() },
  });
  const trouble = {
    code: 'ca-mismatch',
    sentence:
      'the certificate of mqtts://broker.example:8883 is not signed by the bundle’s trust anchor (unable to verify)',
    remedy:
      'enroll a new bundle: at headquarters "pharos node add door --store taipei-1 --out door.json", here "pharos-edge enroll --replace door.json"; if the bundle is the latest, somebody else answers at this address: find out who',
  };
  createUplinkSnapshots(db).write({
    boot,
    writtenMono: mono(),
    link: { at: 'down', since: wall(), trouble },
    lastAck: epochMs(1_767_225_600_000),
  });
  db.prepare(
    `INSERT INTO outbox (epoch, seq, type, priority, at, mono_ms, boot, clock, body, bytes)
     VALUES ('00', 1, 'enter', 1, ?, 0, 'b', 'synced', '{}', 100)`,
  ).run(wall() - 3_600_000);
  db.exec('UPDATE outbox_sum SET waiting = 1, bytes = 100, parked = 2');
  db.prepare('INSERT INTO shadow VALUES (?, ?)').run(
    BARE_BUNDLE.nodeId,
    JSON.stringify({
      at: 'settled',
      good: { version: 3, config: {} },
      outcome: { version: 4, state: 'refused', reason: { code: 'x', detail: 'there is no such profile' }, at: wall() },
    }),
  );

  const screen = renderReport(await readReport(settings));
  const lines = screen.split('\n');
  expect(lines.length).toBeLessThanOrEqual(24);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(screen).toMatch(/^store +taipei-1, entrance$/m);
  expect(screen).toMatch(/^line +no line since .*: the certificate of$/m);
  expect(screen).toMatch(/^acks +last at 2026-01-01T00:00:00.000Z$/m);
  expect(screen).toMatch(/^config +version 4, refused: there is no such profile$/m);
  expect(screen).toMatch(/^radio +hci0, adapter on, heard an advert 3 s ago$/m);
  expect(screen).toMatch(/^on air +0a1b2c3d4e 1000070059e2c070003f0e6cdc \(signed\)$/m);
  expect(screen).toMatch(/and 13 more$/m);
  expect(screen).toMatch(/^last +controller reset at /m);
  expect(screen).toMatch(/^outbox +1 waiting \(oldest 60 min\), 2 parked, 0 dropped/m);
  expect(screen).toMatch(/^machine +\d+ MB free/m);
});
