import type { MachineHealth } from '../../protocol/messages/status.ts';
import { readDisk } from './disk.ts';
import type { HostFiles } from './files.ts';
import { readTemperatureC } from './temperature.ts';
import { readThrottling } from './throttling.ts';

export interface HealthProbe {
  readonly files: HostFiles;
  /** The folder whose disk counts: the outbox lies in it. */
  readonly dataDir: string;
  readonly askFirmware?: () => Promise<string | undefined>;
}

/** How the computer is. Every field is what a sensor said just now; a sensor that is not there leaves its field out. */
export async function readMachineHealth({ files, dataDir, askFirmware }: HealthProbe): Promise<MachineHealth> {
  const throttling = await readThrottling(files, askFirmware);
  return withoutAbsent({
    temperatureC: readTemperatureC(files),
    throttled: throttling?.now,
    throttledSinceBoot: throttling?.sinceBoot,
    disk: readDisk(files, dataDir),
    rssBytes: process.memoryUsage.rss(),
    memory: readMemory(files),
    loadAverage: firstNumber(files.text('/proc/loadavg')),
    uptimeMs: milliseconds(firstNumber(files.text('/proc/uptime'))),
  });
}

function readMemory(files: HostFiles): MachineHealth['memory'] {
  const text = files.text('/proc/meminfo') ?? '';
  const field = (name: string): number | undefined => {
    const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    return kib === undefined ? undefined : Number(kib) * 1_024;
  };
  const [totalBytes, availableBytes] = [field('MemTotal'), field('MemAvailable')];
  return totalBytes === undefined || availableBytes === undefined ? undefined : { totalBytes, availableBytes };
}

function firstNumber(text: string | undefined): number | undefined {
  const value = Number.parseFloat(text ?? '');
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

const milliseconds = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.round(seconds * 1_000);

type Reading = { readonly [Field in keyof MachineHealth]: MachineHealth[Field] | undefined };

const withoutAbsent = (reading: Reading): MachineHealth =>
  Object.fromEntries(Object.entries(reading).filter(([, value]) => value !== undefined));
