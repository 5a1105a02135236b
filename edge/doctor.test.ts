import { chmodSync, chownSync, closeSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { DeviceMessageHex } from '../protocol/ids.ts';
import { epochMs, monoMs } from '../protocol/units.ts';
import { type Check, examine, known } from './core/doctor/check.ts';
import { RULES } from './core/doctor/table.ts';
import {
  addProcess,
  HCI_HEADER,
  healthyNode,
  RADIO_COMMAND,
  type SickRoom,
  startTestBroker,
  type TestBroker,
} from './doctor.fixture.ts';
import { diagnose, hasFailure, renderDiagnosis } from './doctor.ts';
import { gatherFacts } from './doctor-facts.ts';
import { databasePath } from './node-store.ts';
import { openDatabase } from './store/database.ts';
import { runtimePath } from './store/runtime-path.ts';

let broker: TestBroker;
let dying: TestBroker;
let misnamed: TestBroker;
beforeAll(async () => {
  [broker, dying, misnamed] = await Promise.all([
    startTestBroker(),
    startTestBroker({ goodForDays: 5 }),
    startTestBroker({ name: 'elsewhere.example' }),
  ]);
});
afterAll(() => Promise.all([broker, dying, misnamed].map((one) => one.close())));

function admit(): SickRoom {
  const room = healthyNode(broker);
  onTestFinished(() => room.leave());
  return room;
}

const complaints = (checks: readonly Check[]): readonly Check[] =>
  checks.filter(({ status }) => status === 'fail' || status === 'warn');

const HOUR_MS = 3_600_000;
const isRoot = process.geteuid?.() === 0;

const set = (room: SickRoom, over: Partial<SickRoom>): void => void Object.assign(room, over);

/** Parks, drops or leaves rows as the outbox would, without its help. */
const wait = ({ db, machine }: SickRoom, agoMs: number): void => {
  db.prepare(
    `INSERT INTO outbox (epoch, seq, type, priority, at, mono_ms, boot, clock, body, bytes)
     VALUES ('00', 1, 'enter', 1, ?, 0, 'b', 'synced', '{}', 100)`,
  ).run(machine.wall() - agoMs);
  db.exec('UPDATE outbox_sum SET waiting = 1, bytes = 100');
};

/** The connection goes first: what SQLite still holds in memory would hide what is on disk. */
function damage({ db, dataDir }: SickRoom): void {
  for (let seq = 0; seq < 300; seq += 1) db.prepare(`INSERT INTO meta VALUES (?, ?)`).run(`k${seq}`, 'x'.repeat(200));
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  const file = openSync(databasePath(dataDir), 'r+');
  // Behind the schema, so that the file still opens.
  for (let page = 20; page < 30; page += 1) writeSync(file, Buffer.alloc(4_096, 0xa5), 0, 4_096, page * 4_096);
  closeSync(file);
}

/** The one thing that is broken, by the check that must name it, with a word of its remedy. */
const BREAKS: readonly [
  check: string,
  status: 'fail' | 'warn',
  remedy: RegExp,
  break_: (room: SickRoom) => void | Promise<void>,
][] = [
  ['system', 'fail', /64-bit/, (room) => set(room, { around: { ...room.around, arch: 'arm' } })],
  ['node-version', 'fail', /pharos-edge/, (room) => set(room, { around: { ...room.around, nodeVersion: 'v20.20.2' } })],
  ['memory', 'warn', /free -m/, ({ put }) => put('/proc/meminfo', 'MemTotal: 448280 kB\nMemAvailable: 40000 kB\n')],
  ['memory', 'fail', /free -m/, ({ put }) => put('/proc/meminfo', 'MemTotal: 448280 kB\nMemAvailable: 9000 kB\n')],
  ['disk-mount', 'fail', /replace the card/, ({ put }) => put('/proc/mounts', '/dev/root / ext4 ro,noatime 0 0\n')],
  ['disk-health', 'warn', /power supply/, ({ put }) => put('/sys/fs/ext4/mmcblk0p2/errors_count', '3\n')],
  [
    'disk-health',
    'warn',
    /replace/,
    ({ put }) => put('/sys/devices/mmc/block/mmcblk0/device/life_time', '0x09 0x01\n'),
  ],
  ['temperature', 'warn', /heat sink/, ({ put }) => put('/sys/class/thermal/thermal_zone0/temp', '82100\n')],
  ['temperature', 'fail', /heat sink/, ({ put }) => put('/sys/class/thermal/thermal_zone0/temp', '86000\n')],
  [
    'power-supply',
    'fail',
    /cable/,
    ({ put }) => put('/sys/devices/platform/soc/soc:firmware/get_throttled', '50005\n'),
  ],
  [
    'power-supply',
    'warn',
    /cable/,
    ({ put }) => put('/sys/devices/platform/soc/soc:firmware/get_throttled', '50000\n'),
  ],
  ['watchdog', 'warn', /RuntimeWatchdogSec/, ({ put }) => put('/sys/class/watchdog/watchdog0/state', 'inactive\n')],

  ['enrolled', 'fail', /pharos node add/, ({ dataDir }) => rmSync(join(dataDir, 'node.json'))],
  ['bundle-secret', 'warn', /chmod 600/, ({ dataDir }) => chmodSync(join(dataDir, 'node.json'), 0o644)],
  ['bundle-form', 'fail', /pharos node add/, ({ enroll }) => enroll({ hwid: '0b6e93d2' })],
  ['bundle-form', 'fail', /enroll/, ({ dataDir }) => writeFileSync(join(dataDir, 'node.json'), '{"half')],
  ['hwid', 'fail', /manager.line.biz/, (room) => hwid(room, '0000000000')],
  ['hwid', 'warn', /manager.line.biz/, (room) => hwid(room, '0a1b2c3d4e')],
  ['dm-key', 'fail', /--rotate/, (room) => withKey(room, '00')],
  ['dm-key', 'warn', /--rotate/, (room) => withKey(room, 'ab')],
  [
    'ibeacon',
    'fail',
    /ibeacon:/,
    (room) => room.enroll({ ibeacon: { ...room.bundle.ibeacon, uuid: '00000000-0000-0000-0000-000000000000' } }),
  ],
  ['ibeacon', 'warn', /ibeacon:/, (room) => room.enroll({ ibeacon: { ...room.bundle.ibeacon, measuredPower: 59 } })],
  ['profile', 'fail', /profile check/, (room) => set(room, { settings: { ...room.settings, profile: 'line-secur' } })],
  ['profile-fits', 'fail', /keys/, (room) => set(room, { settings: { ...room.settings, profile: 'line-secure' } })],
  [
    'interval',
    'warn',
    /152\.5/,
    (room) => {
      const file = join(room.dataDir, 'slow.yaml');
      writeFileSync(file, 'v: 1\nintervalMs: 900\nframes: [{ frame: line-simple }]\n');
      room.settings = { ...room.settings, profile: file };
    },
  ],

  ['data-dir', 'fail', /own it/, ({ dataDir }) => chmodSync(dataDir, 0o500)],
  [
    'database',
    'fail',
    /move it away/,
    (room) => {
      room.db.close();
      for (const name of readdirSync(room.dataDir)) if (name.includes('-')) rmSync(join(room.dataDir, name));
      writeFileSync(
        databasePath(room.dataDir),
        'this is a letter, not a database, and long enough to be one'.repeat(30),
      );
    },
  ],
  ['database-integrity', 'fail', /damaged/, damage],
  ['database-version', 'fail', /newer/, ({ db }) => void db.pragma('user_version = 999')],
  [
    'outbox-mode',
    'fail',
    /disk-space/,
    (room) => {
      const memory = openDatabase(runtimePath(room.dataDir, room.runtimeDir));
      memory.prepare(`INSERT INTO meta VALUES ('disk-trouble', ?)`).run('database or disk is full');
      memory.close();
    },
  ],
  ['outbox-dropped', 'warn', /outage/, ({ db }) => void db.exec(`INSERT INTO outbox_dropped VALUES ('footfall', 12)`)],
  [
    'outbox-parked',
    'warn',
    /same version/,
    ({ db }) =>
      void db.exec(
        `INSERT INTO outbox_parked (epoch, seq, type, code, body, bytes) VALUES ('00', 1, 'enter', 'unknown-type', '{}', 9);
     UPDATE outbox_sum SET parked = 1`,
      ),
  ],

  ['time-daemon', 'warn', /timesyncd/, ({ remove }) => remove('/proc/311')],
  [
    'clock',
    'fail',
    /UDP port 123/,
    (room) => set(room, { machine: { ...room.machine, clockState: () => 'unsynced' } }),
  ],

  [
    'kernel-bluetooth',
    'fail',
    /modprobe bluetooth/,
    ({ put, remove }) => {
      remove('/sys/class/bluetooth');
      put('/proc/net/protocols', 'protocol  size sockets\nTCP 1 1\n');
    },
  ],
  ['rfkill', 'fail', /rfkill unblock/, ({ put }) => put('/sys/class/rfkill/rfkill0/soft', '1\n')],
  ['rfkill', 'fail', /switch/, ({ put }) => put('/sys/class/rfkill/rfkill0/hard', '1\n')],
  [
    'adapter',
    'fail',
    /plug one in/,
    (room) => {
      room.remove('/sys/class/bluetooth/hci0');
      room.offer = [];
    },
  ],
  ['radio-rights', 'fail', /AmbientCapabilities/, (room) => addProcess(room, 700, RADIO_COMMAND, '1000')],
  ['adapter-free', 'fail', /another adapter/, (room) => set(room, { offer: [] })],
  [
    'firmware',
    'fail',
    /bluez-firmware/,
    (room) => set(room, { offer: [{ index: 0, address: 'aa:aa:aa:aa:aa:aa', powered: true }] }),
  ],
  [
    'firmware',
    'warn',
    /bluez-firmware/,
    ({ said }) => void said.set('dmesg', 'Bluetooth: hci0: BCM: firmware Patch file not found, tried:\n'),
  ],
  [
    'adapter-power',
    'fail',
    /hciconfig hci0 up/,
    (room) => set(room, { offer: [{ index: 0, address: 'd8:3a:dd:01:02:03', powered: false }] }),
  ],
  [
    'second-radio',
    'fail',
    /kill 912/,
    (room) => addProcess(room, 912, ['node', '/home/pi/pharos/dist/edge/cli.js', '--data-dir', 'x', 'run'], '3000'),
  ],
  [
    'bluetoothd',
    'warn',
    /disable --now bluetooth/,
    (room) => addProcess(room, 444, ['/usr/libexec/bluetooth/bluetoothd']),
  ],
  [
    'other-programs',
    'warn',
    /adapter of its own/,
    (room) => {
      addProcess(room, 555, ['python3', 'scan.py']);
      room.link('/proc/555/fd/3', 'socket:[99]');
      room.put('/proc/net/hci', `${HCI_HEADER}0 2 0 0 0 4711 0\n0 2 0 0 0 99 0\n`);
    },
  ],
  ['wifi-coexistence', 'warn', /5 GHz/, ({ said }) => void said.set('iw', 'Connected\n\tfreq: 2437.0\n')],
  [
    'usb-noise',
    'warn',
    /extension cable/,
    ({ put, remove, link }) => {
      remove('/sys/class/bluetooth/hci0');
      put('/sys/devices/pci0/usb1/1-1/bluetooth/hci0/uevent', '');
      link('/sys/class/bluetooth/hci0', '../../devices/pci0/usb1/1-1/bluetooth/hci0');
      put('/sys/bus/usb/devices/2-1/speed', '5000\n');
      put('/sys/bus/usb/devices/2-1/bDeviceClass', '00\n');
      put('/sys/bus/usb/devices/2-1/product', 'Portable SSD\n');
    },
  ],

  ['radio-daemon', 'fail', /pharos-radio/, ({ radio }) => radio({ writtenMono: monoMs(1_000) })],
  ['radio-daemon', 'fail', /pharos-edge run/, ({ radio }) => radio({ running: false })],
  ['on-air', 'fail', /restart pharos-radio/, ({ radio }) => radio({ onAir: undefined })],
  ['device-message', 'fail', /reads the bundle/, (room) => room.enroll({ dmKey: 'c0ffee00'.repeat(8) })],
  [
    'device-message',
    'warn',
    /see clock/,
    ({ radio, bundle, machine }) =>
      radio({
        onAir: { hwid: bundle.hwid, dm: DeviceMessageHex.parse('200007'), dmMode: 'fixed', sinceMs: machine.wall() },
      }),
  ],
  ['hears-adverts', 'warn', /phone/, ({ radio }) => radio({ lastAdvertMono: monoMs(1_000) })],
  ['neighbours', 'warn', /doctor/, ({ radio }) => radio({ hears: [] })],
  [
    'hwid-alone',
    'warn',
    /copies/,
    ({ radio, bundle }) =>
      radio({
        hears: [bundle.hwid, ...(bundle.neighbours ?? [])].map((heard) => ({
          hwid: heard,
          heardMono: monoMs(499_000),
        })),
      }),
  ],
  [
    'radio-recovery',
    'warn',
    /repeats/,
    ({ radio, machine }) =>
      radio({ recovery: { stage: 'reset', reason: 'silence', at: epochMs(machine.wall() - 60_000) } }),
  ],

  ['broker-address', 'warn', /certificate/, async (room) => plainBroker(room)],
  ['broker-name', 'fail', /network|name/, (room) => mqtt(room, { url: 'mqtts://no-such-host.invalid:8883' })],
  ['broker-port', 'fail', /firewall/, async (room) => mqtt(room, { url: `mqtts://localhost:${await freePort()}` })],
  ['broker-tls', 'fail', /enroll a new bundle/, (room) => mqtt(room, { ca: dying.ca })],
  [
    'broker-tls',
    'fail',
    /certificate/,
    (room) => mqtt(room, { url: `mqtts://localhost:${misnamed.port}`, ca: misnamed.ca }),
  ],
  [
    'broker-certificate',
    'warn',
    /headquarters/,
    (room) => mqtt(room, { url: `mqtts://localhost:${dying.port}`, ca: dying.ca }),
  ],
  ['broker-login', 'fail', /--rotate/, (room) => mqtt(room, { password: 'yesterday-s-password' })],

  [
    'units-enabled',
    'warn',
    /systemctl enable pharos-uplink/,
    (room) => units(room, 'pharos-uplink', 'UnitFileState=disabled'),
  ],
  ['restart-loop', 'warn', /journalctl -u pharos-radio/, (room) => units(room, 'pharos-radio', 'NRestarts=17')],
  [
    'units-active',
    'fail',
    /systemctl start pharos-uplink/,
    (room) => units(room, 'pharos-uplink', 'ActiveState=failed'),
  ],
  ['uplink-daemon', 'fail', /pharos-uplink/, ({ uplink }) => uplink({ writtenMono: monoMs(1_000) })],
  [
    'uplink-connected',
    'fail',
    /do that/,
    ({ uplink, machine }) =>
      uplink({
        link: {
          at: 'down',
          since: machine.wall(),
          trouble: { code: 'unknown', sentence: 'no line', remedy: 'do that' },
        },
      }),
  ],
  ['acks', 'warn', /cloud service/, (room) => wait(room, 5 * 60_000)],
  [
    'outbox-age',
    'warn',
    /nothing is lost/,
    (room) => {
      wait(room, 3 * HOUR_MS);
      room.uplink({ link: { at: 'up', since: epochMs(room.machine.wall() - 30_000) } });
    },
  ],
  [
    'config',
    'warn',
    /headquarters/,
    ({ db, machine }) =>
      void db.prepare('INSERT INTO shadow VALUES (?, ?)').run(
        'door',
        JSON.stringify({
          at: 'settled',
          good: { version: 3, config: {} },
          outcome: {
            version: 4,
            state: 'refused',
            reason: { code: 'x', detail: 'no such profile' },
            at: machine.wall(),
          },
        }),
      ),
  ],
  ['versions', 'warn', /restart pharos-radio/, ({ radio }) => radio({ version: '0.0.1' })],
];

const hwid = (room: SickRoom, value: string): void => {
  room.enroll({ hwid: value });
  room.radio({ onAir: { dmMode: 'none', sinceMs: room.machine.wall() } });
};
const withKey = (room: SickRoom, byte: string): void => {
  room.enroll({ dmKey: byte.repeat(32) });
  room.radio({ onAir: { dmMode: 'none', sinceMs: room.machine.wall() } });
};
const mqtt = (room: SickRoom, over: object): void => room.enroll({ mqtt: { ...room.bundle.mqtt, ...over } });
const units = ({ said }: SickRoom, name: string, line: string): void => {
  const [key = ''] = line.split('=');
  const blocks = (said.get('systemctl') ?? '').split('\n\n');
  const broken = blocks.map((block) =>
    block.startsWith(`Id=${name}.`) ? block.replace(new RegExp(`^${key}=.*$`, 'm'), line) : block,
  );
  said.set('systemctl', broken.join('\n\n'));
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A broker without TLS under a name that is not the loopback's, though it is. */
async function plainBroker(room: SickRoom): Promise<void> {
  const { Aedes } = await import('aedes');
  const aedes = await Aedes.createBroker();
  const server = createServer((socket) => void aedes.handle(socket));
  await new Promise<void>((resolve) => void server.listen(0, '0.0.0.0', resolve));
  onTestFinished(async () => {
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    server.close();
  });
  const address = server.address();
  mqtt(room, {
    url: `mqtt://0.0.0.0:${typeof address === 'object' && address !== null ? address.port : 0}`,
    ca: undefined,
  });
}

describe('pharos-edge doctor', () => {
  it('finds nothing wrong with a node that is well', async () => {
    const checks = await diagnose(admit().parts());
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(checks.length).toBe(RULES.length);
    expect(new Set(checks.map(({ name }) => name)).size).toBe(RULES.length);
    expect(checks.every(({ remedy, finding }) => remedy === '' && finding !== '')).toBe(true);
    expect(hasFailure(checks)).toBe(false);
  });

  it.each(BREAKS)('%s: %s, and nothing else', async (name, status, remedy, breakIt) => {
    const room = admit();
    await breakIt(room);
    const checks = await diagnose(room.parts());
    const [first, ...others] = complaints(checks);
    expect(first).toMatchObject({ name, status });
    expect(first?.remedy).toMatch(remedy);
    expect(others).toEqual([]);
    expect(hasFailure(checks)).toBe(status === 'fail');
  });

  it('has a break for every check; two stand below', () => {
    const broken = new Set(BREAKS.map(([name]) => name));
    const rest = RULES.map(({ name }) => name).filter((name) => !broken.has(name));
    expect(rest).toEqual(['disk-space', 'bundle-owner']);
  });

  it.each([
    [100, 'warn'],
    [8, 'fail'],
  ] as const)('disk-space: %i MB left', async (megabytes, status) => {
    const room = admit();
    const facts = await gatherFacts(room.parts());
    const disk = known({ path: room.dataDir, freeBytes: megabytes * 1024 * 1024, isReadOnly: false });
    const [first, ...others] = complaints(examine(RULES, { ...facts, disk }));
    expect(first).toMatchObject({ name: 'disk-space', status, remedy: expect.stringContaining('vacuum') });
    expect(others).toEqual([]);
  });

  it.runIf(isRoot)('bundle-owner: the daemons cannot read what belongs to somebody else', async () => {
    const room = admit();
    chownSync(room.dataDir, 12_345, 12_345);
    const [first, ...others] = complaints(await diagnose(room.parts()));
    expect(first).toMatchObject({
      name: 'bundle-owner',
      status: 'fail',
      remedy: expect.stringContaining('chown 12345'),
    });
    expect(others).toEqual([]);
  });

  it('shows people what to mend first, and colours only when told to', async () => {
    const room = admit();
    room.put('/sys/class/rfkill/rfkill0/soft', '1\n');
    const checks = await diagnose(room.parts());
    const screen = renderDiagnosis(checks, false).split('\n');
    expect(screen[0]).toMatch(/^1 of \d+ checks fail/);
    expect(screen[2]).toBe('✗ rfkill: Bluetooth is blocked by rfkill');
    expect(screen[3]).toBe('    → rfkill unblock bluetooth');
    expect(screen).toContain('  · adapter-power      needs rfkill, which fails');
    expect(screen.join('')).not.toContain('\u001b');
    expect(renderDiagnosis(checks, true)).toContain('\u001b[31m✗\u001b[39m');
  });

  it('tells a user who may not see everything how to', async () => {
    const room = admit();
    room.said.delete('dmesg');
    room.said.delete('iw');
    const screen = renderDiagnosis(await diagnose(room.parts()), false);
    expect(screen).toMatch(/^All is well .* 1 not checked\)$/m);
    expect(screen).toContain('To see more: apt-get install iw');
  });

  it('touches nothing: no file comes, goes or changes', async () => {
    const room = admit();
    const before = readdirSync(room.dataDir).toSorted();
    await diagnose(room.parts());
    expect(readdirSync(room.dataDir).toSorted()).toEqual(before);
    room.db.close();
    const atRest = readdirSync(room.dataDir).toSorted();
    const checks = await diagnose(room.parts());
    expect(complaints(checks)).toEqual([]);
    expect(readdirSync(room.dataDir).toSorted()).toEqual(atRest);
    expect(atRest).toEqual(['edge.sqlite', 'node.json']);
  });

  it('never tells a secret', async () => {
    const room = admit();
    mqtt(room, { password: 'yesterday-s-password' });
    const told = JSON.stringify(await diagnose(room.parts()));
    expect(told).not.toContain('yesterday');
    expect(told).not.toContain(room.bundle.dmKey);
  });
});
