import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { migrate } from './database.ts';
import { isSqliteFault, openSqlite } from './sqlite.ts';

function freshPath(): string {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-sqlite-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return join(dir, 'pharos.sqlite');
}

it.each([
  ['synchronous', 2],
  ['journal_mode', 'wal'],
  ['foreign_keys', 1],
  ['timeout', 5000],
])('opens with %s = %s', async (pragma, expected) => {
  const db = openSqlite(freshPath());
  const { rows } = await sql`PRAGMA ${sql.raw(pragma === 'timeout' ? 'busy_timeout' : pragma)}`.execute(db);
  expect(rows).toEqual([{ [pragma]: expected }]);
  await db.destroy();
});

it('keeps its files from everybody else, also those of an earlier start', async () => {
  const path = freshPath();
  writeFileSync(path, '', { mode: 0o644 });
  const first = openSqlite(path);
  await migrate(first);
  const mode = (suffix: string): number => statSync(`${path}${suffix}`).mode & 0o777;
  expect(['', '-wal', '-shm'].map(mode)).toEqual([0o600, 0o600, 0o600]);
  await first.destroy();
});

it('tells trouble that passes from a mistake', async () => {
  const path = freshPath();
  const db = openSqlite(path);
  await migrate(db);
  await db.destroy();
  const [first, second] = [new SQLite(path), new SQLite(path, { timeout: 0 })];
  const errorOf = (act: () => unknown): unknown => {
    try {
      return act();
    } catch (error) {
      return error;
    }
  };
  const insert = `INSERT INTO store VALUES ('a', 'a', '{}', 0)`;
  first.exec('BEGIN IMMEDIATE');
  expect(isSqliteFault(errorOf(() => second.exec(insert)))).toBe(true);
  first.exec('COMMIT');
  second.exec(insert);
  expect(isSqliteFault(errorOf(() => second.exec(insert)))).toBe(false);
  first.close();
  second.close();
});
