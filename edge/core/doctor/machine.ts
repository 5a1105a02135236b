import { type Fact, fail, ok, type Rule, seen, warn } from './check.ts';

/** The computer itself: what Pharos runs on and what wears out in a shop. */
export interface MachineFacts {
  readonly system: { readonly platform: string; readonly arch: string; readonly nodeVersion: string };
  readonly memory: Fact<{ readonly totalBytes: number; readonly availableBytes: number }>;
  readonly disk: Fact<{ readonly path: string; readonly freeBytes: number; readonly isReadOnly: boolean }>;
  readonly diskWear: Fact<DiskWear>;
  readonly temperature: Fact<{ readonly celsius: number }>;
  readonly power: Fact<PowerHistory>;
  readonly watchdog: Fact<{ readonly isActive: boolean }>;
}

export interface DiskWear {
  readonly device: string;
  /** Errors the file system has written down about itself. */
  readonly faults: number;
  /** What the card says of its own life, where it says it. */
  readonly usedPercent?: number;
}

/** Since the machine started. */
export interface PowerHistory {
  readonly underVoltage: 'now' | 'before' | 'never';
  readonly throttled: 'now' | 'before' | 'never';
}

const MIB = 1024 * 1024;
/** Two daemons take some 130 MB; below this the kernel soon ends one of them. */
const MEMORY_LOW_BYTES = 64 * MIB;
const MEMORY_GONE_BYTES = 24 * MIB;
/** The outbox may grow to 64 MB, and its journal beside it. */
const DISK_LOW_BYTES = 200 * MIB;
const DISK_GONE_BYTES = 16 * MIB;
/** A Pi slows itself down from 80 °C and hard from 85 °C. */
const HOT_CELSIUS = 80;
const TOO_HOT_CELSIUS = 85;
const NODE_MAJOR = 24;
const WORN_PERCENT = 80;

const mib = (bytes: number): string => `${Math.round(bytes / MIB)} MB`;

export const MACHINE_RULES: readonly Rule<MachineFacts>[] = [
  {
    name: 'system',
    group: 'machine',
    judge({ system: { platform, arch } }) {
      const isSupported = platform === 'linux' && ['x64', 'arm64'].includes(arch);
      if (isSupported) return ok(`${platform} on ${arch}`);
      return fail(
        `${platform} on ${arch} is not supported`,
        'use 64-bit Linux: on a Raspberry Pi, flash the 64-bit image of Raspberry Pi OS Lite',
      );
    },
  },
  {
    name: 'node-version',
    group: 'machine',
    judge({ system: { nodeVersion } }) {
      const major = Number.parseInt(nodeVersion.replace(/^v/, ''), 10);
      if (major >= NODE_MAJOR) return ok(`Node.js ${nodeVersion}`);
      return fail(
        `Node.js ${nodeVersion} is older than ${NODE_MAJOR}`,
        'start it through ./scripts/pharos-edge, which brings the right Node.js',
      );
    },
  },
  {
    name: 'memory',
    group: 'machine',
    judge: ({ memory }) =>
      seen(memory, ({ availableBytes, totalBytes }) => {
        const finding = `${mib(availableBytes)} of ${mib(totalBytes)} free`;
        const remedy = 'end other programs on this machine, or use one with more memory: free -m, ps --sort -rss';
        if (availableBytes < MEMORY_GONE_BYTES) return fail(finding, remedy);
        return availableBytes < MEMORY_LOW_BYTES ? warn(finding, remedy) : ok(finding);
      }),
  },
  {
    name: 'disk-mount',
    group: 'machine',
    judge: ({ disk }) =>
      seen(disk, ({ path, isReadOnly }) =>
        isReadOnly
          ? fail(
              `the disk under ${path} is mounted read-only`,
              'the kernel does this when a card is failing: reboot once, and if it comes back replace the card',
            )
          : ok('the data folder is on a disk that takes writes'),
      ),
  },
  {
    name: 'disk-space',
    group: 'machine',
    judge: ({ disk }) =>
      seen(disk, ({ path, freeBytes }) => {
        const finding = `${mib(freeBytes)} free under ${path}`;
        const remedy = 'free some: journalctl --vacuum-size=50M, apt-get clean; a node needs about 200 MB';
        if (freeBytes < DISK_GONE_BYTES) return fail(finding, remedy);
        return freeBytes < DISK_LOW_BYTES ? warn(finding, remedy) : ok(finding);
      }),
  },
  {
    name: 'disk-health',
    group: 'machine',
    judge: ({ diskWear }) =>
      seen(diskWear, ({ device, faults, usedPercent }) => {
        if (faults > 0) {
          return warn(
            `the file system on ${device} has noted ${faults} errors`,
            'replace the card or disk soon, and check the plug and the power supply: they are the usual causes',
          );
        }
        const used = usedPercent === undefined ? '' : `, ${usedPercent} % of its life used`;
        if ((usedPercent ?? 0) >= WORN_PERCENT) return warn(`${device} is worn${used}`, 'replace the card soon');
        return ok(`no errors on ${device}${used}`);
      }),
  },
  {
    name: 'temperature',
    group: 'machine',
    judge: ({ temperature }) =>
      seen(temperature, ({ celsius }) => {
        const finding = `${Math.round(celsius)} °C`;
        const remedy = 'give the node air: out of the closed box, away from lamps and the window, with a heat sink';
        if (celsius >= TOO_HOT_CELSIUS) return fail(finding, remedy);
        return celsius >= HOT_CELSIUS ? warn(finding, remedy) : ok(finding);
      }),
  },
  {
    name: 'power-supply',
    group: 'machine',
    judge: ({ power }) =>
      seen(power, ({ underVoltage, throttled }) => {
        const remedy = 'use the maker’s power supply and a short, thick cable; unplug what the node feeds by USB';
        if (underVoltage === 'now') return fail('the voltage is too low right now', remedy);
        if (underVoltage === 'before') return warn('the voltage was too low since the last start', remedy);
        if (throttled !== 'never') {
          return warn('the processor was slowed down since the last start', 'check temperature and power supply');
        }
        return ok('the voltage was never too low since the last start');
      }),
  },
  {
    name: 'watchdog',
    group: 'machine',
    judge: ({ watchdog }) =>
      seen(watchdog, ({ isActive }) =>
        isActive
          ? ok('a frozen machine restarts itself')
          : warn(
              'the hardware watchdog is not in use: a frozen machine stays frozen',
              'set RuntimeWatchdogSec=15s in /etc/systemd/system.conf.d/pharos.conf, then: systemctl daemon-reexec',
            ),
      ),
  },
];
