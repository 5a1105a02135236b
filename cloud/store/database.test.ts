import SQLite from 'better-sqlite3';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { isDatabaseFault, migrate } from './database.ts';
import { openStore } from './testing.fixture.ts';

it.each([
  ['synchronous', 2],
  ['journal_mode', 'wal'],
  ['foreign_keys', 1],
  ['timeout', 5000],
])('opens with %s = %s', async (pragma, expected) => {
  const { db } = await openStore();
  const { rows } = await sql`PRAGMA ${sql.raw(pragma === 'timeout' ? 'busy_timeout' : pragma)}`.execute(db);
  expect(rows).toEqual([{ [pragma]: expected }]);
});

it('migrates once', async () => {
  const { db } = await openStore();
  expect(await migrate(db)).toEqual([]);
});

/** A migration shows here as a change of schema.sql: write it anew with `vitest run --update cloud/store`. */
it('makes the schema that schema.sql says', async () => {
  const { path } = await openStore();
  const file = new SQLite(path, { readonly: true });
  const objects = file
    .prepare(`SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
              AND name NOT LIKE 'kysely_%' ORDER BY tbl_name, type DESC, name`)
    .pluck()
    .all() as string[];
  file.close();
  const dump = `${objects.map((text) => `${text.replaceAll(', "', ',\n  "').replace(' ("', ' (\n  "')};`).join('\n\n')}\n`;
  await expect(dump).toMatchFileSnapshot('./schema.sql');
});

it('tells trouble that passes from a mistake', async () => {
  const { path } = await openStore();
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
  expect(isDatabaseFault(errorOf(() => second.exec(insert)))).toBe(true);
  first.exec('COMMIT');
  second.exec(insert);
  expect(isDatabaseFault(errorOf(() => second.exec(insert)))).toBe(false);
  expect(isDatabaseFault(new Error('SQLITE_BUSY'))).toBe(false);
  first.close();
  second.close();
});
