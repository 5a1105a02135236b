import { sql } from 'kysely';
import { migrate, openDatabase } from './database.ts';
import { rival } from './rivals.fixture.ts';

/** `migrate <database>`, or `count <database> <times>`: as many transactions that read before they write. */
await rival(async (what = '', target = '', times = '0') => {
  const db = await openDatabase(target);
  try {
    if (what === 'migrate') return await migrate(db);
    for (let i = 0; i < Number(times); i++) {
      await db.transaction().execute(async (tx) => {
        const row = await tx
          .selectFrom('counter')
          .select('used')
          .where('key', '=', 'k')
          .forUpdate()
          .executeTakeFirstOrThrow();
        // As long as a decision takes to be made.
        await sql`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT max(i) FROM n`.execute(
          tx,
        );
        await tx
          .updateTable('counter')
          .set({ used: row.used + 1 })
          .where('key', '=', 'k')
          .execute();
      });
    }
    return times;
  } finally {
    await db.destroy();
  }
});
