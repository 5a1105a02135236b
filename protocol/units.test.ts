import { describe, expect, it } from 'vitest';
import { int8 } from './bytes.ts';
import { rssiDbm } from './units.ts';

describe('rssiDbm', () => {
  it.each([-110, -60, -10])('%i dBm is a strength', (value) => {
    expect(rssiDbm(value)).toBe(value);
  });

  it.each([-128, -111, -9, 0, 29, 127, -60.5, Number.NaN])('%d is none', (value) => {
    expect(rssiDbm(value)).toBeUndefined();
  });

  it('takes what the byte of a report means', () => {
    expect(rssiDbm(int8(0xc5))).toBe(-59);
    expect(rssiDbm(int8(0x7f))).toBeUndefined();
  });
});
