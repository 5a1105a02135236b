import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { monoMs } from '../../protocol/units.ts';
import { buildDiskFaults, DiskFaults, faultEnvironment } from './disk-faults.fixture.ts';
import { reasonsOf, rowsOf } from './outbox.fixture.ts';
import { openReaderStore } from './reader-store.ts';

// A real SQLite on a real file, whose syncs and writes go through a library that fails or delays them.

const built = buildDiskFaults();
const CHILD = join(import.meta.dirname, 'bad-disk.fixture.ts');

interface Seen {
  readonly rows: readonly (readonly [name: string, reason: string])[];
  readonly depth: { readonly waiting: number; readonly mode: string; readonly why?: string };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-bad-disk-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(
  context: TestContext,
  scenario: string,
  argument = '',
): { lines: unknown[]; signal: NodeJS.Signals | null } {
  if ('missing' in built) return context.skip(`needs a bad disk: ${built.missing}`);
  const control = join(folder, 'control');
  new DiskFaults(control, 'make').close();
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [CHILD, folder, control, scenario, argument], {
    encoding: 'utf8',
    env: faultEnvironment(built.library, control, 'disk.sqlite'),
    timeout: 14_000,
  });
  if (signal === null) expect(status, stderr).toBe(0);
  return {
    lines: stdout
      .split('\n')
      .filter(Boolean)
      .map((line): unknown => JSON.parse(line)),
    signal,
  };
}

const expected = (count: number): string[] => Array.from({ length: count }, (_, index) => `event ${index}`);
const sorted = (seen: Seen): string[] =>
  seen.rows.map(([, reason]) => reason).toSorted((a, b) => Number(a.slice(6)) - Number(b.slice(6)));

describe('a bad disk', () => {
  it('whichever sync fails, nothing is lost, nothing comes twice, and the disk is used again', (context) => {
    const { lines } = run(context, 'sweep');
    const runs = lines as (Seen & { nth: number; touched: boolean; mode: string; modes: string[] })[];
    expect(runs.length).toBeGreaterThan(12);
    expect(runs.at(-1)).toMatchObject({ touched: false });
    for (const one of runs) {
      expect(sorted(one), `sync ${one.nth}`).toEqual(expected(12));
      expect(new Set(one.rows.map(([name]) => name)).size).toBe(12);
      expect(one.mode, `sync ${one.nth}`).toBe('disk');
    }
    expect(runs.flatMap(({ modes }) => modes)).toContain('SQLITE_IOERR_FSYNC: disk I/O error');
  });

  it.for([
    ['full', constants.errno.ENOSPC, 'SQLITE_FULL'],
    ['failing', constants.errno.EIO, 'SQLITE_IOERR'],
  ] as const)(
    'that is %s costs no event: memory takes them, and the disk takes them over',
    ([_name, errno, code], context) => {
      const { lines } = run(context, 'write-errno', String(errno));
      const [{ during, after, modes }] = lines as [{ during: Seen; after: Seen & { mode: string }; modes: string[] }];
      expect(sorted(during)).toEqual(expected(12));
      expect(during.depth).toMatchObject({ mode: 'memory', why: expect.stringContaining(code) });
      expect(sorted(after)).toEqual(expected(16));
      expect(after.depth).toMatchObject({ waiting: 16, mode: 'disk' });
      expect(modes).toEqual([expect.stringContaining(code), 'disk']);
    },
  );

  it('that is very slow is left after three commits, and used again once it is quick', (context) => {
    const { lines } = run(context, 'slow');
    const [{ during, after, modes }] = lines as [{ during: Seen & { mode: string }; after: Seen; modes: string[] }];
    expect(modes[0]).toBe('3 commits in a row took longer than 200 ms');
    expect(during.mode).toBe('memory');
    expect(sorted(during)).toEqual(expected(12));
    expect(sorted(after)).toEqual(expected(16));
    expect(after.depth.mode).toBe('disk');
  });

  it('one sync a tick, however many events', (context) => {
    const { lines } = run(context, 'count', '200');
    const [{ syncs }] = lines as [{ syncs: number }];
    expect(syncs).toBeGreaterThanOrEqual(200);
    // A checkpoint now and then adds a few.
    expect(syncs).toBeLessThan(215);
  });

  it.for([1, 2])(
    'a death with commits in doubt (failing from sync %i on) tells no event under two names',
    (nth, context) => {
      const { signal } = run(context, 'die-in-doubt', String(nth));
      expect(signal).toBe('SIGKILL');
      const place = join(folder, 'doubt');
      const reader = openReaderStore({
        diskPath: join(place, 'disk.sqlite'),
        memoryPath: join(place, 'memory.sqlite'),
        mono: () => monoMs(performance.now()),
      });
      const rows = rowsOf(reader.outbox);
      expect(reasonsOf(reader.outbox)).toEqual(expected(6));
      expect(new Set(rows.map(({ epoch, seq }) => `${epoch}:${seq}`)).size).toBe(6);
      expect(reader.outbox.depth()).toMatchObject({ mode: 'memory', why: expect.stringContaining('SQLITE_IOERR') });
      reader.close();
    },
  );
});
