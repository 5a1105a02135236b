import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Hwid } from '../../protocol/ids.ts';
import { monoMs } from '../../protocol/units.ts';
import { SECURE_STEP_MS, SECURE_STEPS_AHEAD } from '../core/thresholds.ts';
import { openDatabase } from './database.ts';
import { createSecureSteps, type SecureSteps } from './secure-counter.ts';

const A = Hwid.parse('0a1b2c3d4e');
const B = Hwid.parse('0a1b2c3d4f');

let folder: string;
let db: Database.Database;
let now: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-counter-'));
  db = openDatabase(join(folder, 'edge.sqlite'));
  now = 0;
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const start = (hwid = A): SecureSteps => createSecureSteps(() => db, { hwid, mono: () => monoMs(now) });

describe('the secure counter', () => {
  it('begins at 0 and counts every 15 seconds', () => {
    const steps = start();
    expect(steps.current()).toBe(0n);
    now += SECURE_STEP_MS - 1;
    expect(steps.current()).toBe(0n);
    now += 1;
    expect(steps.current()).toBe(1n);
    now += 1_000 * SECURE_STEP_MS;
    expect(steps.current()).toBe(1_001n);
  });

  it('goes on after an orderly stop, and skips at most what was ahead after a crash', () => {
    const first = start();
    first.current();
    now += 2 * SECURE_STEP_MS;
    expect(first.current()).toBe(2n);
    first.close();
    expect(start().current()).toBe(3n);
    expect(start().current()).toBe(3n + BigInt(SECURE_STEPS_AHEAD));
  });

  it('counts every HWID for itself, and goes on with one that comes back', () => {
    const steps = start();
    steps.current();
    now += SECURE_STEP_MS;
    expect(steps.current()).toBe(1n);
    steps.close();
    expect(start(B).current()).toBe(0n);
    expect(start(A).current()).toBe(2n);
  });

  it('has 64 bits, beyond what a number can hold', () => {
    db.prepare('INSERT INTO meta VALUES (?, ?)').run(`line-secure-steps:${A}`, '9007199254740993');
    expect(start().current()).toBe(9_007_199_254_740_993n);
  });

  it('stands still while the disk takes nothing, and goes on by the clock afterwards', () => {
    const steps = start();
    expect(steps.current()).toBe(0n);
    db.pragma('query_only = ON');
    now += 100 * SECURE_STEP_MS;
    expect(steps.current()).toBe(0n);
    expect(steps.faults()).toBe(1);
    db.pragma('query_only = OFF');
    expect(steps.current()).toBe(100n);
  });

  it('shows nothing at all where the first step cannot be reserved, or the record is damaged', () => {
    db.pragma('query_only = ON');
    expect(start().current()).toBeUndefined();
    db.pragma('query_only = OFF');
    db.prepare('INSERT INTO meta VALUES (?, ?)').run(`line-secure-steps:${A}`, '12abc');
    const steps = start();
    expect(steps.current()).toBeUndefined();
    expect(steps.faults()).toBe(1);
  });

  type Deed = { kind: 'wait' | 'jump'; ms: number } | { kind: 'crash' | 'stop' | 'twin' | 'worn' | 'mended' };
  const deed: fc.Arbitrary<Deed> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: 0, max: 100_000 }) }) },
    // A reboot starts the monotonic clock anew; a broken one may do anything.
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('jump'), ms: fc.integer({ min: -1e9, max: 1e9 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('crash', 'stop', 'twin', 'worn', 'mended') }) },
  );

  it('never goes back and never shows a step in two lives, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
        db.exec('DELETE FROM meta');
        now = 0;
        let life = 0;
        /** Two processes may run at once; a crash ends the one that is asked. */
        let lives = [{ id: life, steps: start(), last: -1n }];
        const shownBy = new Map<bigint, number>();
        let highestOfTheDead = -1n;
        const begin = () => {
          life += 1;
          return { id: life, steps: start(), last: highestOfTheDead };
        };
        for (const what of deeds) {
          if (what.kind === 'wait' || what.kind === 'jump') now += what.ms;
          if (what.kind === 'worn') db.pragma('query_only = ON');
          if (what.kind === 'mended') db.pragma('query_only = OFF');
          if (what.kind === 'twin' && lives.length < 3) lives.push(begin());
          if (what.kind === 'crash' || what.kind === 'stop') {
            const [ended, ...others] = lives;
            if (what.kind === 'stop') ended?.steps.close();
            if (ended !== undefined && ended.last > highestOfTheDead) highestOfTheDead = ended.last;
            lives = [...others, begin()];
          }
          for (const one of lives) {
            const step = one.steps.current();
            if (step === undefined) continue;
            expect(step).toBeGreaterThanOrEqual(one.last);
            one.last = step;
            expect(shownBy.get(step) ?? one.id).toBe(one.id);
            shownBy.set(step, one.id);
          }
        }
        db.pragma('query_only = OFF');
      }),
      { numRuns: 300 },
    );
  });
});
