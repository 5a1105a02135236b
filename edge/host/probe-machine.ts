import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Fact, known, unseen } from '../core/doctor/check.ts';
import type { DiskWear, MachineFacts, PowerHistory } from '../core/doctor/machine.ts';
import { blockDevice } from './disk.ts';
import { readMachineHealth } from './machine-health.ts';
import type { Surroundings } from './probe-tools.ts';
import type { Throttling } from './throttling.ts';
import { readThrottling } from './throttling.ts';

const fact = <T>(value: T | undefined, why: string): Fact<T> => (value === undefined ? unseen(why) : known(value));

/** The computer the data folder lies on. */
export async function probeMachine(around: Surroundings, dataDir: string): Promise<MachineFacts> {
  const { files, platform, arch, nodeVersion } = around;
  const folder = nearest(dataDir);
  const askFirmware = () => around.run('vcgencmd', ['get_throttled']);
  const health = await readMachineHealth({ files, dataDir: folder, askFirmware });
  const { disk, temperatureC } = health;
  return {
    system: { platform, arch, nodeVersion },
    memory: fact(health.memory, '/proc/meminfo cannot be read'),
    disk: fact(
      disk && { path: folder, freeBytes: disk.freeBytes, isReadOnly: isReadOnly(around, folder) },
      `${folder} cannot be looked at`,
    ),
    diskWear: probeWear(around, folder, disk?.wearPercent),
    temperature: fact(
      temperatureC === undefined ? undefined : { celsius: temperatureC },
      'this machine has no thermometer',
    ),
    power: fact(historyOf(await readThrottling(files, askFirmware)), 'only a Raspberry Pi tells of its power supply'),
    watchdog: probeWatchdog(around),
  };
}

/** The folder itself, or the one it would be made in. */
function nearest(folder: string): string {
  const path = resolve(folder);
  if (path === '/' || statSync(path, { throwIfNoEntry: false }) !== undefined) return path;
  return nearest(dirname(path));
}

/** By the options of the innermost mount around `folder`; the last one wins where two lie over each other. */
function isReadOnly({ files }: Surroundings, folder: string): boolean {
  const mounts = (files.text('/proc/mounts') ?? '').split('\n').map((line) => line.split(' '));
  let [longest, options] = ['', ''];
  for (const [, place = '', , given = ''] of mounts) {
    const isAround = folder === place || folder.startsWith(place.endsWith('/') ? place : `${place}/`);
    if (isAround && place.length >= longest.length) [longest, options] = [place, given];
  }
  return options.split(',').includes('ro');
}

function probeWear({ files }: Surroundings, folder: string, usedPercent: number | undefined): Fact<DiskWear> {
  let dev: number;
  try {
    dev = statSync(folder).dev;
  } catch {
    return unseen(`${folder} cannot be looked at`);
  }
  const [major, minor] = [(dev >>> 8) & 0xfff, (dev & 0xff) | ((dev >>> 12) & 0xfff00)];
  const partition = files.resolve(`/sys/dev/block/${major}:${minor}`)?.split('/').at(-1);
  if (partition === undefined) return unseen(`${folder} is not on a disk of its own`);
  const faults = Number(files.text(`/sys/fs/ext4/${partition}/errors_count`) ?? 0);
  const device = blockDevice(files, dev)?.split('/').at(-1) ?? partition;
  return known({ device, faults, ...(usedPercent === undefined ? {} : { usedPercent }) });
}

function historyOf(throttling: Throttling | undefined): PowerHistory | undefined {
  if (throttling === undefined) return undefined;
  const { now, sinceBoot } = throttling;
  const when = (isNow: boolean, wasBefore: boolean): 'now' | 'before' | 'never' =>
    isNow ? 'now' : wasBefore ? 'before' : 'never';
  return {
    underVoltage: when(now.undervoltage, sinceBoot.undervoltage),
    throttled: when(now.throttled, sinceBoot.throttled),
  };
}

function probeWatchdog({ files }: Surroundings): MachineFacts['watchdog'] {
  const states = files.entries('/sys/class/watchdog').map((name) => files.text(`/sys/class/watchdog/${name}/state`));
  if (states.length === 0) return unseen('this machine has no hardware watchdog');
  return known({ isActive: states.includes('active') });
}
