import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { HostFiles } from './files.ts';

/** What a Raspberry Pi's firmware did to survive a weak power supply or heat: now, and at some time since it started. */
export interface Throttling {
  readonly now: ThrottlingFlags;
  readonly sinceBoot: ThrottlingFlags;
}

export interface ThrottlingFlags {
  /** Below about 4.63 V. */
  readonly undervoltage: boolean;
  readonly frequencyCapped: boolean;
  readonly throttled: boolean;
  readonly softTemperatureLimit: boolean;
}

const FIRMWARE_FILES = [
  '/sys/devices/platform/soc/soc:firmware/get_throttled',
  '/sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled',
];

const VCGENCMD = '/usr/bin/vcgencmd';
const VCGENCMD_TIMEOUT_MS = 2_000;

/**
 * The firmware's word: from its file in sysfs, else from `vcgencmd`, else only the undervoltage of today's kernel
 * driver. Resolves to nothing on any other board.
 */
export async function readThrottling(
  files: HostFiles,
  ask: () => Promise<string | undefined> = askVcgencmd,
): Promise<Throttling | undefined> {
  for (const path of FIRMWARE_FILES) {
    const parsed = parseThrottled(files.text(path));
    if (parsed !== undefined) return parsed;
  }
  return parseThrottled(await ask()) ?? voltageAlarm(files);
}

/**
 * `throttled=0x50005` of vcgencmd, or `50005` of sysfs; both hexadecimal. Bits 0 to 3 are now, 16 to 19 since the start:
 * undervoltage, frequency capped, throttled, soft temperature limit.
 */
export function parseThrottled(text: string | undefined): Throttling | undefined {
  const [, digits] = /^(?:throttled=)?(?:0x)?([0-9a-f]{1,8})$/i.exec(text?.trim() ?? '') ?? [];
  if (digits === undefined) return undefined;
  const word = Number.parseInt(digits, 16);
  return { now: flags(word), sinceBoot: flags(word >>> 16) };
}

const flags = (word: number): ThrottlingFlags => ({
  undervoltage: (word & 1) !== 0,
  frequencyCapped: (word & 2) !== 0,
  throttled: (word & 4) !== 0,
  softTemperatureLimit: (word & 8) !== 0,
});

/** The driver `rpi_volt` remembers an undervoltage until it is over, and knows nothing else. */
function voltageAlarm(files: HostFiles): Throttling | undefined {
  const sensor = files
    .entries('/sys/class/hwmon')
    .find((name) => files.text(`/sys/class/hwmon/${name}/name`) === 'rpi_volt');
  const alarm = sensor === undefined ? undefined : files.text(`/sys/class/hwmon/${sensor}/in0_lcrit_alarm`);
  if (alarm !== '0' && alarm !== '1') return undefined;
  const word = flags(Number(alarm));
  return { now: word, sinceBoot: word };
}

/** What the tool of the Pi's firmware prints; nothing where it is not installed or may not ask. */
export function askVcgencmd(): Promise<string | undefined> {
  if (!existsSync(VCGENCMD)) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    execFile(VCGENCMD, ['get_throttled'], { timeout: VCGENCMD_TIMEOUT_MS }, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
  });
}
