import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS, linkKey, type Medium, meanRssi, type Path, receive } from './medium.ts';
import { seededUniform } from './random.ts';

const uniform = seededUniform(1);
const path: Path = { from: 'a', to: 'b' };
const at = (metres: number): Path => ({ ...path, fromPosition: { x: 0, y: 0 }, toPosition: { x: metres, y: 0 } });
const medium = (settings: Partial<Medium['settings']> = {}, links: Medium['links'] = new Map()): Medium => ({
  settings: { ...DEFAULT_SETTINGS, ...settings },
  links,
});
const fates = (where: Medium, count: number, seed = 1) =>
  Array.from({ length: count }, (_, n) => receive(where, path, n, seededUniform(seed)));
const rssis = (where: Medium, count: number): number[] =>
  fates(where, count).flatMap((fate) => (fate.kind === 'heard' ? [fate.rssi] : []));

test('ten times the distance costs ten times the exponent in dB', () => {
  expect(meanRssi(DEFAULT_SETTINGS, at(1))).toBe(-59);
  expect(meanRssi(DEFAULT_SETTINGS, at(10))).toBeCloseTo(-79);
  expect(meanRssi({ ...DEFAULT_SETTINGS, pathLossExponent: 3 }, at(10))).toBeCloseTo(-89);
});

test('one end without a place: the sender’s own figure, else the default of the air', () => {
  const halfPlaced: Path = { ...path, fromPosition: { x: 0, y: 0 } };
  expect(meanRssi(DEFAULT_SETTINGS, halfPlaced)).toBe(-60);
  expect(meanRssi(DEFAULT_SETTINGS, { ...halfPlaced, baseRssi: -80 })).toBe(-80);
});

test('antennas that touch are loud, not infinite', () => {
  expect(receive(medium(), at(0), 0, uniform)).toEqual({ kind: 'heard', rssi: -39 });
});

test('below the sensitivity nothing is heard', () => {
  expect(receive(medium(), at(100), 0, uniform)).toEqual({ kind: 'heard', rssi: -99 });
  expect(receive(medium(), at(120), 0, uniform)).toEqual({ kind: 'too-weak' });
});

test('a link overrides distance and loss, in its direction only', () => {
  const links = new Map([[linkKey('a', 'b'), { rssi: -88, loss: 0 }]]);
  expect(receive(medium({ loss: 1 }, links), at(1), 0, uniform)).toEqual({ kind: 'heard', rssi: -88 });
  expect(receive(medium({ loss: 1 }, links), { from: 'b', to: 'a' }, 0, uniform)).toEqual({ kind: 'lost' });
});

test('loss 0 loses nothing, loss 1 everything, loss 0.3 about a third', () => {
  const lost = (loss: number): number => fates(medium({ loss }), 4000).filter(({ kind }) => kind === 'lost').length;
  expect([lost(0), lost(1)]).toEqual([0, 4000]);
  expect(lost(0.3) / 4000).toBeCloseTo(0.3, 1);
});

test('noise has the mean and the deviation that were asked for', () => {
  const heard = rssis(medium({ noise: 4 }), 4000);
  const mean = heard.reduce((sum, rssi) => sum + rssi, 0) / heard.length;
  const deviation = Math.sqrt(heard.reduce((sum, rssi) => sum + (rssi - mean) ** 2, 0) / heard.length);
  expect(Math.abs(mean + 60)).toBeLessThan(0.3);
  expect(Math.abs(deviation - 4)).toBeLessThan(0.3);
});

test('one seed is one fate, another seed another', () => {
  const where = medium({ loss: 0.5, noise: 3 });
  expect(fates(where, 50, 5)).toEqual(fates(where, 50, 5));
  expect(fates(where, 50, 5)).not.toEqual(fates(where, 50, 6));
});
