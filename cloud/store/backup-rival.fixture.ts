import { randomBytes } from 'node:crypto';
import { openDatabase } from './database.ts';
import { rival } from './rivals.fixture.ts';
import { transact } from './transact.ts';

/** `<database> <times>`: as many transactions that each write one event and count it, so that the two always agree. */
await rival(async (target = '', times = '0') => {
  const db = await openDatabase(target);
  for (let i = 0; i < Number(times); i++) {
    await transact(db, async (tx) => {
      const id = `evt_${randomBytes(8).toString('hex')}`;
      const event = { id, source_id: id, ear: 'line', type: 'beacon', at: i, received_at: i, state: 'done' } as const;
      await tx
        .insertInto('event')
        .values({ ...event, body_sealed: randomBytes(40) } as never)
        .execute();
      await tx
        .updateTable('counter')
        .set((eb) => ({ used: eb('used', '+', 1) }))
        .where('key', '=', 'events')
        .execute();
    });
  }
  await db.destroy();
  return times;
});
