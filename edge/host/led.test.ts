import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { blinkActivityLed } from './led.ts';

let leds: string;
beforeEach(() => {
  vi.useFakeTimers();
  leds = mkdtempSync(join(tmpdir(), 'pharos-leds-'));
  mkdirSync(join(leds, 'ACT'));
  writeFileSync(join(leds, 'ACT/trigger'), 'none usb-gadget [mmc0] timer\n');
  writeFileSync(join(leds, 'ACT/brightness'), '0\n');
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(leds, { recursive: true });
});

/** As the kernel shows what was written: the one in use in brackets. */
function kernel(): string {
  const path = join(leds, 'ACT/trigger');
  const text = readFileSync(path, 'utf8').trim();
  if (!text.includes(' ')) writeFileSync(path, `none mmc0 timer\n`.replace(text, `[${text}]`));
  return /\[(.+)\]/.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
}

it('the light is what it was afterwards, also where it was asked to blink again meanwhile', () => {
  expect(blinkActivityLed(10, leds)).toBe('the activity light blinks for 10 s');
  expect(kernel()).toBe('none');
  vi.advanceTimersByTime(5_000);
  blinkActivityLed(10, leds);
  expect(kernel()).toBe('none');
  vi.advanceTimersByTime(9_000);
  expect(kernel()).toBe('none');
  vi.advanceTimersByTime(1_000);
  expect(kernel()).toBe('mmc0');
});

it('a machine without a light says so', () => {
  expect(blinkActivityLed(10, join(leds, 'none'))).toBeUndefined();
});
