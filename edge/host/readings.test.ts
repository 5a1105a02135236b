import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MachineHealth } from '../../protocol/messages/status.ts';
import { readBoard } from './board.ts';
import { blockDevice, parseLifeTime, readDevice } from './disk.ts';
import { type HostFiles, hostFiles } from './files.ts';
import { readMachineHealth } from './machine-health.ts';
import { readTemperatureC } from './temperature.ts';
import { parseThrottled, readThrottling } from './throttling.ts';

const DISK = '/sys/devices/platform/emmc2bus/fe340000.mmc/mmc_host/mmc0/mmc0:0001/block/mmcblk0';

/** What a Raspberry Pi's kernel shows: text as it stands in these files, with their line ends and NUL bytes. */
const PI: Readonly<Record<string, string>> = {
  '/proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.4\0',
  '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nID=debian\n',
  '/proc/sys/kernel/osrelease': '6.12.25+rpt-rpi-v8\n',
  '/proc/loadavg': '0.42 0.30 0.25 1/210 4711\n',
  '/proc/uptime': '86412.07 331000.11\n',
  '/proc/meminfo': 'MemTotal:        1893856 kB\nMemFree:          912340 kB\nMemAvailable:    1503212 kB\n',
  '/sys/class/thermal/thermal_zone0/type': 'cpu-thermal\n',
  '/sys/class/thermal/thermal_zone0/temp': '51608\n',
  '/sys/devices/platform/soc/soc:firmware/get_throttled': '50005\n',
  [`${DISK}/stat`]:
    '   15803     6093  1139374    55092     9218    11811   304016   132034        0    79708   187127\n',
  [`${DISK}/device/life_time`]: '0x01 0x03\n',
  [`${DISK}/mmcblk0p2/partition`]: '2\n',
};

let root: string;
let files: HostFiles;

function write(tree: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pharos-host-'));
  files = hostFiles(root);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('a Raspberry Pi', () => {
  beforeEach(() => {
    write(PI);
    mkdirSync(join(root, '/sys/dev/block'), { recursive: true });
    symlinkSync(join(root, DISK, 'mmcblk0p2'), join(root, '/sys/dev/block/179:2'));
  });

  it('is told with all it can say', async () => {
    const health = await readMachineHealth({ files, dataDir: root });
    const { disk, rssBytes, ...rest } = health;
    const weak = { undervoltage: true, frequencyCapped: false, throttled: true, softTemperatureLimit: false };
    expect(rest).toEqual({
      temperatureC: 51.608,
      throttled: weak,
      throttledSinceBoot: weak,
      memory: { totalBytes: 1_939_308_544, availableBytes: 1_539_289_088 },
      loadAverage: 0.42,
      uptimeMs: 86_412_070,
    });
    expect(disk?.totalBytes).toBeGreaterThan(disk?.freeBytes ?? Number.POSITIVE_INFINITY);
    expect(rssBytes).toBeGreaterThan(1e6);
    expect(MachineHealth.parse(health)).toEqual(health);
  });

  it('names board, system and kernel', () => {
    expect(readBoard(files)).toEqual({
      model: 'Raspberry Pi 4 Model B Rev 1.4',
      os: 'Debian GNU/Linux 12 (bookworm)',
      kernel: '6.12.25+rpt-rpi-v8',
    });
  });

  it('finds the disk of a partition, what was written to it and how worn it is', () => {
    const device = blockDevice(files, (179 << 8) | 2);
    expect(device).toBe(DISK);
    expect(readDevice(files, device ?? '')).toEqual({ writtenBytes: 304_016 * 512, wearPercent: 30 });
  });
});

describe('a machine without sensors', () => {
  it('leaves them out', async () => {
    const health = await readMachineHealth({ files, dataDir: join(root, 'gone'), askFirmware: async () => undefined });
    expect(Object.keys(health)).toEqual(['rssBytes']);
    expect(readBoard(files)).toEqual({});
  });
});

describe('the processor’s temperature', () => {
  it('is the zone of that name, not the first one', () => {
    write({
      '/sys/class/thermal/thermal_zone0/type': 'iwlwifi_1\n',
      '/sys/class/thermal/thermal_zone0/temp': '39000\n',
      '/sys/class/thermal/thermal_zone1/type': 'x86_pkg_temp\n',
      '/sys/class/thermal/thermal_zone1/temp': '62000\n',
    });
    expect(readTemperatureC(files)).toBe(62);
  });

  it.each(['-273150', '4294967', 'n/a', ''])('is absent when the sensor says %j', (temp) => {
    write({ '/sys/class/thermal/thermal_zone0/type': 'cpu-thermal\n', '/sys/class/thermal/thermal_zone0/temp': temp });
    expect(readTemperatureC(files)).toBeUndefined();
  });
});

describe('throttling', () => {
  it('is asked of the firmware’s tool where sysfs has no file', async () => {
    expect(await readThrottling(files, async () => 'throttled=0x80000\n')).toMatchObject({
      now: { softTemperatureLimit: false },
      sinceBoot: { softTemperatureLimit: true, undervoltage: false },
    });
  });

  it('falls back to the kernel’s own undervoltage alarm', async () => {
    write({ '/sys/class/hwmon/hwmon1/name': 'rpi_volt\n', '/sys/class/hwmon/hwmon1/in0_lcrit_alarm': '1\n' });
    expect(await readThrottling(files, async () => undefined)).toMatchObject({ now: { undervoltage: true } });
  });

  it('any word is read bit by bit, anything else is absent', () => {
    fc.assert(
      fc.property(fc.nat(0xf), fc.nat(0xf), (now, before) => {
        const word = now + before * 65_536;
        for (const text of [`throttled=0x${word.toString(16)}`, word.toString(16)]) {
          const read = parseThrottled(text);
          expect(read?.now).toEqual({
            undervoltage: now % 2 === 1,
            frequencyCapped: [2, 3].includes(now % 4),
            throttled: now % 8 >= 4,
            softTemperatureLimit: now >= 8,
          });
          expect(read?.sinceBoot.undervoltage).toBe(before % 2 === 1);
        }
      }),
    );
    for (const text of ['', 'throttled=', 'VCHI initialization failed', '0x', undefined]) {
      expect(parseThrottled(text)).toBeUndefined();
    }
  });
});

it.each([
  ['0x01 0x01', 10],
  ['0x02 0x0a', 100],
  ['0x0b 0x01', 110],
  ['0x00 0x00', undefined],
  ['0x0c 0x01', undefined],
  ['garbage', undefined],
])('an eMMC that says %s has used %s %% of its life', (text, percent) => {
  expect(parseLifeTime(text)).toBe(percent);
});

it('a link out of the tree leads nowhere', () => {
  mkdirSync(join(root, '/sys/dev/block'), { recursive: true });
  symlinkSync('/tmp', join(root, '/sys/dev/block/8:0'));
  expect(blockDevice(files, 8 << 8)).toBeUndefined();
});
