import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { Aedes } from 'aedes';
import type Database from 'better-sqlite3';
import { generate } from 'selfsigned';
import { parseHex } from '../protocol/bytes.ts';
import { signDm, slotAt } from '../protocol/device-message.ts';
import { BootId } from '../protocol/ids.ts';
import { NodeBundle } from '../protocol/messages/bundle.ts';
import { epochMs, monoMs } from '../protocol/units.ts';
import type { DoctorParts } from './doctor-facts.ts';
import { hostFiles } from './host/files.ts';
import type { Machine } from './host/machine.ts';
import type { Surroundings } from './host/probe-tools.ts';
import { productVersion } from './host/version.ts';
import { databasePath } from './node-store.ts';
import { type EdgeSettings, readSettings } from './settings.ts';
import { openDatabase } from './store/database.ts';
import { createRadioSnapshots, type RadioSnapshot } from './store/radio-snapshot.ts';
import { createUplinkSnapshots, type UplinkSnapshot } from './store/uplink-snapshot.ts';

const PASSWORD = 'a-secret-password';
const DAY_MS = 24 * 3_600_000;

/** A real broker behind real TLS on the loopback; it knows one user. */
export interface TestBroker {
  readonly port: number;
  readonly ca: string;
  close(): Promise<void>;
}

export async function startTestBroker(
  options: { readonly name?: string; readonly goodForDays?: number } = {},
): Promise<TestBroker> {
  const { name = 'localhost', goodForDays = 300 } = options;
  const keys = { keyType: 'ec', algorithm: 'sha256', notBeforeDate: new Date(Date.now() - 400 * DAY_MS) } as const;
  const ca = await generate([{ name: 'commonName', value: 'Test nodes' }], {
    ...keys,
    notAfterDate: new Date(Date.now() + 1_000 * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    ...keys,
    notAfterDate: new Date(Date.now() + goodForDays * DAY_MS),
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  const aedes = await Aedes.createBroker({
    authenticate: (_client, user, password, done) =>
      user === 'door' && password?.toString() === PASSWORD
        ? done(null, true)
        : done(Object.assign(new Error('refused'), { returnCode: 4 as const }), false),
  });
  const server: Server = createServer({ key, cert }, (socket) => void aedes.handle(socket));
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    ca: ca.cert,
    async close() {
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/** Everything a test may break of a node that is well. */
export interface SickRoom {
  readonly dataDir: string;
  /** Where the daemons would keep events while the disk takes none. */
  readonly runtimeDir: string;
  readonly bundle: NodeBundle;
  readonly db: Database.Database;
  /** Puts a file into the machine's tree. */
  put(path: string, text: string): void;
  remove(path: string): void;
  link(path: string, target: string): void;
  enroll(over: object): void;
  radio(over: Partial<RadioSnapshot>): void;
  uplink(over: Partial<UplinkSnapshot>): void;
  /** What programs print. */
  readonly said: Map<string, string>;
  around: Surroundings;
  settings: EdgeSettings;
  offer: { index: number; address: string; powered: boolean }[] | undefined;
  machine: Machine;
  parts(): DoctorParts;
  leave(): void;
}

const BOOT = BootId.parse('12345678-0000');
const MONO = 500_000;
const NEIGHBOUR = '1f2e3d4c5b';
const SYSTEMCTL = ['pharos-radio', 'pharos-uplink']
  .map(
    (name) =>
      `Id=${name}.service\nLoadState=loaded\nUnitFileState=enabled\nActiveState=active\nSubState=running\nNRestarts=0`,
  )
  .join('\n\n');

let fresh: Buffer | undefined;

/** Making the tables takes most of a test's time; they are made once and copied. */
function openFresh(path: string): Database.Database {
  if (fresh === undefined) {
    openDatabase(path).close();
    fresh = readFileSync(path);
  } else writeFileSync(path, fresh);
  return openDatabase(path);
}

/** A Raspberry Pi with a running node and nothing wrong about it. */
export function healthyNode(broker: TestBroker): SickRoom {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-doctor-'));
  const root = join(folder, 'machine');
  const dataDir = join(folder, 'data');
  const runtimeDir = join(folder, 'runtime');
  const wall = epochMs(Date.now());
  mkdirSync(dataDir, { mode: 0o700 });
  const bundle = NodeBundle.parse({
    v: 1,
    nodeId: 'door',
    storeId: 'taipei-1',
    zone: 'entrance',
    hwid: '0b6e93d20f',
    neighbours: [NEIGHBOUR],
    nodeIndex: 7,
    dmKey: randomBytes(32).toString('hex'),
    slotSeconds: 300,
    ibeacon: { uuid: 'f7826da6-4fa2-4e98-8024-bc5b71e0893e', major: 1, minor: 7, measuredPower: -59 },
    tagNamespaces: [],
    mqtt: { url: `mqtts://localhost:${broker.port}`, username: 'door', password: PASSWORD, ca: broker.ca },
  });
  const dm = signDm({
    key: parseHex(bundle.dmKey) ?? new Uint8Array(),
    hwid: bundle.hwid,
    nodeIndex: 7,
    slot: slotAt(wall, 300),
  });
  const db = openFresh(databasePath(dataDir));
  // Nobody pulls the plug of a test.
  db.pragma('synchronous = OFF');
  const settings = readSettings({ PHAROS_RUNTIME_DIR: runtimeDir }, { dataDir });
  if (!settings.ok) throw new Error(settings.reject.detail);
  const said = new Map([
    ['systemctl', SYSTEMCTL],
    ['iw', 'Connected to 00:11:22:33:44:55 (on wlan0)\n\tSSID: shop\n\tfreq: 5180.0\n'],
    ['dmesg', 'Bluetooth: Core ver 2.22\n'],
  ]);
  const room: SickRoom = {
    dataDir,
    runtimeDir,
    bundle,
    db,
    said,
    put(path, text) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
    remove: (path) => rmSync(join(root, path), { recursive: true }),
    link(path, target) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      mkdirSync(join(dirname(file), dirname(target)), { recursive: true });
      symlinkSync(target, file);
    },
    enroll(over) {
      writeFileSync(join(dataDir, 'node.json'), JSON.stringify({ ...bundle, ...over }), { mode: 0o600 });
    },
    radio(over) {
      createRadioSnapshots(db).write({
        boot: BOOT,
        writtenMono: monoMs(MONO - 2_000),
        version: productVersion(),
        name: 'hci0',
        state: 'on',
        lastAdvertMono: monoMs(MONO - 1_000),
        onAir: { hwid: bundle.hwid, dm, dmMode: 'signed', sinceMs: wall },
        profile: 'line-and-ibeacon',
        hears: [{ hwid: bundle.neighbours?.[0] ?? bundle.hwid, heardMono: monoMs(MONO - 3_000) }],
        counters: {},
        running: true,
        ...over,
      });
    },
    uplink(over) {
      createUplinkSnapshots(db).write({
        boot: BOOT,
        writtenMono: monoMs(MONO - 10_000),
        version: productVersion(),
        link: { at: 'up', since: epochMs(wall - 3_600_000) },
        ...over,
      });
    },
    around: {
      root,
      files: hostFiles(root),
      run: async (program) => said.get(program),
      platform: 'linux',
      arch: 'arm64',
      nodeVersion: 'v24.21.0',
      uid: process.geteuid?.() ?? 0,
      pid: 4,
    },
    settings: settings.value,
    offer: [{ index: 0, address: 'd8:3a:dd:01:02:03', powered: true }],
    machine: {
      boot: BOOT,
      mono: () => monoMs(MONO),
      wall: () => wall,
      clockState: () => 'synced',
      moment: () => ({ mono: monoMs(MONO), wall, clock: 'synced', boot: BOOT }),
    },
    parts() {
      const { settings: given, around, machine } = room;
      return { settings: given, wanted: undefined, around, machine, offer: async () => room.offer };
    },
    leave() {
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  furnish(room);
  room.around = { ...room.around, files: hostFiles(root) };
  room.enroll({});
  room.radio({});
  room.uplink({});
  return room;
}

/** A process of the machine; capability bits in hex. */
export function addProcess(room: SickRoom, pid: number, args: readonly string[], capEff = '0'): void {
  const name = (args[0] ?? '').split('/').at(-1)?.slice(0, 15) ?? '';
  room.put(`/proc/${pid}/status`, `Name:\t${name}\nUid:\t990\nCapEff:\t${capEff}\n`);
  room.put(`/proc/${pid}/cmdline`, `${args.join('\0')}\0`);
}

export const HCI_HEADER = 'sk               RefCnt Rmem   Wmem   User   Inode  Parent\n';
export const RADIO_COMMAND = ['node', '/opt/pharos/current/dist/edge/cli.js', 'radio'];

function furnish(room: SickRoom): void {
  const { put, link } = room;
  link('/sys/class/bluetooth/hci0', '../../devices/platform/soc/serial0/bluetooth/hci0');
  put('/sys/devices/platform/soc/serial0/bluetooth/hci0/uevent', 'DEVTYPE=host');
  put('/sys/class/rfkill/rfkill0/type', 'bluetooth\n');
  put('/sys/class/rfkill/rfkill0/soft', '0\n');
  put('/sys/class/rfkill/rfkill0/hard', '0\n');
  put('/sys/class/net/wlan0/phy80211/name', 'phy0');
  put('/sys/class/net/wlan0/operstate', 'up\n');
  put('/sys/bus/sdio/drivers/brcmfmac/uevent', '');
  link('/sys/class/net/wlan0/device/driver', '../../../../bus/sdio/drivers/brcmfmac');
  put('/sys/class/net/eth0/operstate', 'up\n');
  put('/sys/bus/usb/devices/usb2/speed', '5000\n');
  put('/sys/bus/usb/devices/usb2/bDeviceClass', '09\n');
  put('/sys/class/thermal/thermal_zone0/type', 'cpu-thermal\n');
  put('/sys/class/thermal/thermal_zone0/temp', '48312\n');
  put('/sys/devices/platform/soc/soc:firmware/get_throttled', '0\n');
  put('/sys/class/watchdog/watchdog0/state', 'active\n');
  const { dev } = statSync(room.dataDir);
  const [major, minor] = [(dev >>> 8) & 0xfff, (dev & 0xff) | ((dev >>> 12) & 0xfff00)];
  put('/sys/devices/mmc/block/mmcblk0/mmcblk0p2/partition', '2\n');
  put('/sys/devices/mmc/block/mmcblk0/device/life_time', '0x02 0x01\n');
  link(`/sys/dev/block/${major}:${minor}`, '../../devices/mmc/block/mmcblk0/mmcblk0p2');
  put('/sys/fs/ext4/mmcblk0p2/errors_count', '0\n');
  put('/proc/meminfo', 'MemTotal:         948280 kB\nMemAvailable:     612344 kB\n');
  put('/proc/mounts', '/dev/root / ext4 rw,noatime 0 0\ntmpfs /run tmpfs rw 0 0\n');
  put('/proc/net/protocols', 'protocol  size sockets\nHCI        1000      2\n');
  put('/proc/net/hci', `${HCI_HEADER}0000000000000000 2      0      0      0      4711   0\n`);
  put('/run/systemd/system/.keep', '');
  addProcess(room, 1, ['/sbin/init']);
  addProcess(room, 311, ['/lib/systemd/systemd-timesyncd']);
  addProcess(room, 700, RADIO_COMMAND, '3000');
  link('/proc/700/fd/21', 'socket:[4711]');
  addProcess(room, 701, ['node', '/opt/pharos/current/dist/edge/cli.js', 'uplink']);
}
