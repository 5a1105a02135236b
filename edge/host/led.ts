import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The green light beside the power light: `ACT` on today's Raspberry Pi OS, `led0` before. */
const NAMES = ['ACT', 'led0'] as const;
const BLINK_MS = 200;

/** Ends the blinking of a light that is under way: begun again, it would take "off" for what the light was before. */
const blinking = new Map<string, () => void>();

/**
 * Blinks the activity light of a Raspberry Pi for some seconds, then lets it be what it was. Returns how it shows itself, or
 * `undefined` where there is no light or it may not be touched.
 */
export function blinkActivityLed(seconds: number, folder = '/sys/class/leds'): string | undefined {
  const led = NAMES.map((name) => join(folder, name)).find(isWritable);
  if (led === undefined) return undefined;
  blinking.get(led)?.();
  const trigger = join(led, 'trigger');
  const before = /\[(.+?)\]/.exec(readFileSync(trigger, 'utf8'))?.[1] ?? 'mmc0';
  writeFileSync(trigger, 'none');
  let lit = false;
  const blink = setInterval(() => {
    lit = !lit;
    set(join(led, 'brightness'), lit ? '1' : '0');
  }, BLINK_MS);
  const end = (): void => {
    clearInterval(blink);
    clearTimeout(last);
    blinking.delete(led);
    set(trigger, before);
  };
  const last = setTimeout(end, seconds * 1_000);
  blinking.set(led, end);
  return `the activity light blinks for ${seconds} s`;
}

function isWritable(led: string): boolean {
  try {
    for (const file of ['trigger', 'brightness']) accessSync(join(led, file), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A light that went away while it blinked is no reason to end anything. */
function set(file: string, value: string): void {
  try {
    writeFileSync(file, value);
  } catch {}
}
