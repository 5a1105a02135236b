import { describe, expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { describeRecovery, recoveryAtStart } from './recovery-record.ts';

const NOW = { boot: 'boot-2', wall: epochMs(Date.UTC(2026, 0, 2)) };
const RESET = { stage: 'reset', reason: 'no-answer', at: epochMs(Date.UTC(2026, 0, 1)) } as const;

describe('what is known of recoveries at a start', () => {
  it('is nothing on a new node', () => {
    expect(recoveryAtStart(undefined, NOW)).toBeUndefined();
  });

  it('is what the process before wrote when it ended in order, be it in another boot', () => {
    for (const boot of ['boot-1', 'boot-2']) {
      expect(recoveryAtStart({ boot, running: false, recovery: RESET }, NOW)).toEqual(RESET);
    }
  });

  it('is that it was killed when it ran in this boot and said nothing', () => {
    const killed = { stage: 'exit', reason: 'killed', at: NOW.wall };
    expect(recoveryAtStart({ boot: 'boot-2', running: true, recovery: RESET }, NOW)).toEqual(killed);
    expect(recoveryAtStart({ boot: 'boot-1', running: true, recovery: RESET }, NOW)).toEqual(RESET);
  });
});

it('is told in one sentence, also in codes of another version', () => {
  expect(describeRecovery(RESET)).toBe(
    'controller reset at 2026-01-01T00:00:00.000Z because the controller hung: it answered no command',
  );
  expect(describeRecovery({ ...RESET, stage: 'exorcise' })).toMatch(/^exorcise at /);
});
