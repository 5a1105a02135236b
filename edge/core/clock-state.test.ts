import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { clockStateOf } from './clock-state.ts';

const NOW = Date.UTC(2026, 5, 1);
const HOUR = 3_600_000;

it.each([
  { name: '1970', now: 60_000, lastSync: undefined, state: 'unsynced' },
  { name: '1970 with a mark from an earlier life', now: 60_000, lastSync: NOW, state: 'unsynced' },
  { name: 'plausible, never confirmed', now: NOW, lastSync: undefined, state: 'holdover' },
  { name: 'confirmed an hour ago', now: NOW, lastSync: NOW - HOUR, state: 'synced' },
  { name: 'confirmed yesterday', now: NOW, lastSync: NOW - 24 * HOUR, state: 'holdover' },
] as const)('$name is $state', ({ now, lastSync, state }) => {
  expect(clockStateOf({ now: epochMs(now), lastSync: lastSync === undefined ? undefined : epochMs(lastSync) })).toBe(
    state,
  );
});
