import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeAdvertisingReports, encodeCommandComplete } from '../protocol/hci/events.ts';
import { CommandResult } from '../protocol/messages/command.ts';
import { ReportedConfig } from '../protocol/messages/config.ts';
import { EventAck } from '../protocol/messages/events.ts';
import { type MonoMs, monoMs, rssiDbm } from '../protocol/units.ts';
import { BARE_BUNDLE, testMachine } from './bare-node.fixture.ts';
import { createCommands } from './commands.ts';
import { createAdvertiserTokens } from './core/advertiser-token.ts';
import { DEFAULT_PROFILE } from './core/broadcast-profile.ts';
import { parseAck } from './link/answers.ts';
import { createAdvertReader } from './radio/advert-reader.ts';
import { createHciCommander } from './radio/hci-commander.ts';
import { parseReceiverTable } from './radio/walk-csv.ts';
import { parseWalk } from './radio/walk-format.ts';
import { createShadowAgent } from './shadow-agent.ts';
import { loadProfile, readProfile } from './store/broadcast-profile-file.ts';
import { readBundle } from './store/bundle-file.ts';
import { createCommandStore } from './store/commands.ts';
import { openDatabase } from './store/database.ts';
import { createNodeConfigStore } from './store/node-config.ts';
import { enters, NOW } from './store/outbox.fixture.ts';
import { createOutbox } from './store/outbox.ts';
import { createRadioRequests } from './store/radio-requests.ts';
import { createRadioSnapshots } from './store/radio-snapshot.ts';

// Whatever comes from outside is read or refused: nothing throws, and what a node answers is what the cloud understands.

const RUNS = process.env['PHAROS_TEST_LONG'] === '1' ? 5_000 : 150;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-outside-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const word = fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', '\ud800', '\0', '', 'v');
const number = fc.constantFrom(0, -1, 1.5, 127, 2 ** 31, 2 ** 53 - 1, 2 ** 53, -0, 1e308, 1e-308);
const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  word,
  number,
  fc.dictionary(fc.oneof(word, fc.string()), fc.oneof(fc.jsonValue({ maxDepth: 1 }), number)),
);

/** `valid` as text with something in it exchanged, taken away or put in: in its tree, or in its characters. */
function mangled(valid: unknown): fc.Arbitrary<string> {
  const text = JSON.stringify(valid);
  const inTree = fc.tuple(fc.nat(), anyJson, fc.option(word)).map(([at, value, key]) => {
    let left = at % (text.match(/[,:{[]/g) ?? []).length;
    return JSON.stringify(valid, (_name, inner: unknown) => {
      left -= 1;
      if (left !== -1) return inner;
      if (key === null || typeof inner !== 'object' || inner === null || Array.isArray(inner)) return value;
      // As a key of its own, which an assignment would not make of "__proto__".
      return Object.defineProperty({ ...inner }, key, { value, enumerable: true });
    });
  });
  const inText = fc
    .tuple(fc.nat(text.length), fc.nat(8), fc.string({ maxLength: 6 }))
    .map(([at, length, put]) => text.slice(0, at) + put + text.slice(at + length));
  return fc.oneof(
    inTree,
    inText,
    anyJson.map((value) => JSON.stringify(value)),
    fc.string(),
  );
}

const check = (valid: unknown, judge: (text: string) => void): void =>
  fc.assert(fc.property(mangled(valid), judge), { numRuns: RUNS });

const machine = testMachine();
const log = pino({ level: 'silent' });

it('acks', () => {
  const nonsense = parseAck(Buffer.from(JSON.stringify({ v: 1, done: Array(1_000).fill('no'), rejected: [] })));
  expect(String(nonsense).length).toBeLessThan(1_100);
  const db = openDatabase(':memory:');
  const outbox = createOutbox(db, { maxBytes: 1e9 });
  outbox.append(enters(20), NOW);
  const epoch = outbox.waiting(1)[0]?.epoch;
  check({ v: 1, epoch, done: [[1, 3]], rejected: [{ seq: 5, code: 'failed' }] }, (text) => {
    const ack = parseAck(Buffer.from(text));
    if (ack instanceof Error) {
      expect(ack.message.length).toBeLessThan(1_100);
      return;
    }
    expect(EventAck.parse(ack)).toEqual(ack);
    outbox.settle(ack);
    const { waiting, parked } = outbox.depth();
    expect(waiting).toBe(outbox.waiting(100).length);
    expect(waiting + parked).toBeLessThanOrEqual(20);
  });
  db.close();
});

it('commands', () => {
  const db = openDatabase(':memory:');
  const answers: CommandResult[] = [];
  let given = 0;
  const commands = createCommands({
    nodeId: BARE_BUNDLE.nodeId,
    store: createCommandStore(db, BARE_BUNDLE.nodeId),
    requests: createRadioRequests(db, BARE_BUNDLE.nodeId),
    identify: () => 'blinks',
    snapshot: () => ({}),
    eraseSubjects: () => ({ waiting: 0, parked: 0, present: 0, overwritten: true }),
    isRadioAlive: () => false,
    publish(result, onTaken) {
      answers.push(result);
      onTaken();
    },
    end: () => undefined,
    machine,
    log,
  });
  const subject = { kind: 'ibeacon', uuid: BARE_BUNDLE.ibeacon.uuid, major: 1, minor: 2 };
  const expiresAt = Date.now() + 1e6;
  for (const body of [
    { command: 'identify', seconds: 10 },
    { command: 'restart' },
    { command: 'erase', scope: 'subjects', subjects: [subject, subject] },
    { command: 'erase', scope: 'node', confirm: 'door' },
  ]) {
    check({ v: 1, id: 'cmd_1', expiresAt, ...body }, (text) => {
      given += 1;
      // One of an id that is known is not done again.
      commands.onCommand(Buffer.from(text.replace('cmd_1', `cmd_${given}`)));
      commands.beat();
      for (const answer of answers.splice(0)) expect(CommandResult.safeParse(answer).error).toBeUndefined();
    });
  }
  db.close();
});

it('desired configurations', () => {
  const db = openDatabase(':memory:');
  const snapshots = createRadioSnapshots(db);
  const store = createNodeConfigStore(db, BARE_BUNDLE.nodeId);
  const reports: ReportedConfig[] = [];
  let mono = 0;
  const clock = { ...machine, mono: () => monoMs(mono), moment: () => ({ ...machine.moment(), mono: monoMs(mono) }) };
  const start = () =>
    createShadowAgent({
      bundle: BARE_BUNDLE,
      local: {
        profile: 'line-and-ibeacon',
        enterDbm: undefined,
        exitAfterMs: 15_000,
        footfall: true,
        healthEveryMs: 10_000,
        logLevel: 'silent',
        pinned: [],
      },
      store,
      snapshots,
      loadProfile,
      machine: clock,
      policy: { trialMs: 20_000, settleMs: 2_000 },
      isLinked: () => true,
      publish: (report) => void reports.push(report),
      log: pino({ level: 'silent' }),
    });
  let version = 1;
  const config = {
    profile: { ...DEFAULT_PROFILE, hours: { timeZone: 'Asia/Taipei', open: [{ hours: '10:00-20:00' }] } },
  };
  for (const valid of [config, { enterDbm: -70, exitAfterMs: 5_000, logLevel: 'silent', profile: 'mixed' }]) {
    check({ v: 1, version: 0, config: valid }, (text) => {
      version += 1;
      const agent = start();
      agent.onDesired(Buffer.from(text.replace('"version":0', `"version":${version}`)));
      // Nobody is there to try it: it is decided on, and taken back.
      for (let beat = 0; beat < 3; beat += 1) {
        mono += 61_000;
        agent.beat();
      }
      agent.onUp();
      for (const report of reports.splice(0)) expect(ReportedConfig.safeParse(report).error).toBeUndefined();
      expect(store.read().at).toBe('settled');
    });
    // A version of the fuzz may be the highest there is.
    db.exec('DELETE FROM shadow');
  }
  db.close();
});

it('bundles, profiles, walks and tables', () => {
  const file = join(folder, 'given');
  check(BARE_BUNDLE, (text) => {
    writeFileSync(file, text);
    const read = readBundle(file);
    if (!read.ok) expect(read.reject.detail).not.toContain(BARE_BUNDLE.mqtt.password);
  });
  check(DEFAULT_PROFILE, (text) => {
    writeFileSync(file, text);
    const read = readProfile(file);
    if (!read.ok) expect(read.reject.detail).toContain(file);
  });
  const header = { walk: 1, startedAt: 0, node: { id: 'x' }, namespaces: [], hwids: [] };
  check(header, (text) => void parseWalk(`${text}\n{"t":1,"from":"a","kind":"other"}\n`));
  check({ t: 1, from: 'a', rssi: -60, payload: '0201' }, (text) => {
    const walk = parseWalk(`${JSON.stringify(header)}\n${text}\n`);
    for (const { t } of walk.ok ? walk.value.adverts : []) expect(t).toBeLessThan(2 ** 31);
  });
  check('superframe,A,Label\n1,-60,0\n', (text) => void parseReceiverTable(text.replaceAll('\\n', '\n')));
});

it('bytes of a controller', () => {
  const report = { pduType: 0, addressType: 1, address: 'c0:ff:ee:00:00:01', data: Uint8Array.of(2, 1, 6) };
  const valid = [
    encodeAdvertisingReports([
      { ...report, rssi: rssiDbm(-60) },
      { ...report, rssi: undefined },
    ]),
    encodeCommandComplete(0x200c, 0),
  ];
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.tuple(fc.constantFrom(...valid), fc.nat(40), fc.nat(255), fc.nat(60)).map(([packet, at, value, length]) => {
      const changed = Uint8Array.from(packet.subarray(0, Math.max(1, length)));
      if (at < changed.length) changed[at] = value;
      return changed;
    }),
  );
  const tokens = createAdvertiserTokens({ newKey: () => new Uint8Array(32), keyLifeMs: 1e9 });
  const reader = createAdvertReader({ mono: () => 0 as MonoMs, tokens });
  const commander = createHciCommander({ write: () => undefined, onForeign: () => undefined });
  fc.assert(
    fc.property(bytes, (packet) => {
      reader.receive(packet, {
        onSighting: ({ rssi, advertiser }) => {
          expect(advertiser).toMatch(/^[0-9a-f]{16}$/);
          if (rssi !== undefined) expect(rssiDbm(rssi)).toBe(rssi);
        },
        onAdvert: ({ payload }) => expect(payload.length).toBeLessThanOrEqual(packet.length),
      });
      commander.receive(packet);
    }),
    { numRuns: 10 * RUNS },
  );
});
