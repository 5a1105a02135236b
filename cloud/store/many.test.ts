import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { listOf, rowsTable } from './many.ts';
import { openStore } from './testing.fixture.ts';

const row = fc.record({
  text: fc.option(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'NULL', '{}', '"', '\\', ',', "'", '優惠')),
    {
      nil: undefined,
    },
  ),
  int: fc.option(fc.maxSafeInteger(), { nil: undefined }),
  bytes: fc.option(fc.uint8Array({ maxLength: 9 }), { nil: undefined }),
});

/** Neither database keeps a zero in a text, nor half a character. */
const kept = (text: string | undefined): string | null => text?.toWellFormed().replaceAll('\0', '') ?? null;

it('hands rows over as they are, whatever is in them', async () => {
  const { db } = await openStore();
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 12 }), async (given) => {
      const rows = given.map(({ text, ...rest }, place) => ({ place, ...rest, text: kept(text) }));
      const shape = { place: 'int', text: 'text', int: 'int', bytes: 'bytes' } as const;
      const found = await sql<{ bytes: Uint8Array | null }>`
        SELECT * FROM ${rowsTable(db, shape, rows)} AS r ORDER BY r.place
      `.execute(db);
      expect(found.rows.map((one) => ({ ...one, bytes: one.bytes && [...one.bytes] }))).toEqual(
        rows.map(({ place, text, int, bytes }) => ({
          place,
          text,
          int: int ?? null,
          bytes: bytes === undefined ? null : [...bytes],
        })),
      );
    }),
    { numRuns: 60, seed: 20_261_122 },
  );
});

it('lists any number of texts, also none', async () => {
  const { db } = await openStore();
  await db
    .insertInto('counter')
    .values(['a', '', '"\\,'].map((key) => ({ key, used: 0 })))
    .execute();
  const found = async (keys: readonly string[]) =>
    (await db.selectFrom('counter').select('key').where('key', 'in', listOf(db, keys)).orderBy('key').execute()).map(
      ({ key }) => key,
    );
  expect(await found([])).toEqual([]);
  expect(await found([''])).toEqual(['']);
  expect(await found(['a', 'b', '"\\,'])).toEqual(['"\\,', 'a']);
});
