import { statfsSync, statSync } from 'node:fs';
import type { HostFiles } from './files.ts';

/** The disk below a folder. What it cannot say of itself is missing. */
export interface DiskReading {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Written to the whole device since the machine started. */
  readonly writtenBytes?: number;
  /** How much of its life an eMMC has used at most, in steps of 10; 110: more than it was made for. SD cards do not tell. */
  readonly wearPercent?: number;
}

/** Always 512, whatever the device's own block size. */
const SECTOR_BYTES = 512;
const SECTORS_WRITTEN_FIELD = 6;

/** Reads the disk that holds `folder`; nothing when the folder is gone. */
export function readDisk(files: HostFiles, folder: string): DiskReading | undefined {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    const device = blockDevice(files, statSync(folder).dev);
    return {
      freeBytes: bavail * bsize,
      totalBytes: blocks * bsize,
      ...(device === undefined ? {} : readDevice(files, device)),
    };
  } catch {
    return undefined;
  }
}

/** The sysfs folder of the whole disk behind a device number; a partition lies inside its disk. */
export function blockDevice(files: HostFiles, dev: number): string | undefined {
  const [major, minor] = [(dev >>> 8) & 0xfff, (dev & 0xff) | ((dev >>> 12) & 0xfff00)];
  const path = files.resolve(`/sys/dev/block/${major}:${minor}`);
  if (path === undefined) return undefined;
  return files.text(`${path}/partition`) === undefined ? path : path.slice(0, path.lastIndexOf('/'));
}

export function readDevice(files: HostFiles, device: string): Pick<DiskReading, 'writtenBytes' | 'wearPercent'> {
  const sectors = files.text(`${device}/stat`)?.split(/\s+/)[SECTORS_WRITTEN_FIELD];
  const wearPercent = parseLifeTime(files.text(`${device}/device/life_time`));
  return {
    ...(sectors !== undefined && /^\d+$/.test(sectors) ? { writtenBytes: Number(sectors) * SECTOR_BYTES } : {}),
    ...(wearPercent === undefined ? {} : { wearPercent }),
  };
}

/** `0x02 0x01`: the worse of an eMMC's two kinds of cells, in tenths of its life; 0 is "not told", 0x0b is beyond it. */
export function parseLifeTime(text: string | undefined): number | undefined {
  if (text === undefined || !/^0x[0-9a-f]{2} 0x[0-9a-f]{2}$/i.test(text)) return undefined;
  const worst = Math.max(...text.split(' ').map(Number));
  return worst >= 1 && worst <= 0x0b ? worst * 10 : undefined;
}
