import { randomUUID } from 'node:crypto';
import { epochMs } from '../protocol/units.ts';
import { composeTill } from './compose-till.ts';
import type { TillAsk } from './core/till/request.ts';
import { openDatabase } from './store/database.ts';
import { systemMint } from './store/mint.ts';
import { rival } from './store/rivals.fixture.ts';
import { createVault } from './store/vault.ts';

/**
 * `<database> <vault key> <at> <what> <code> <times>`. `redeem`: so many tills redeem one code, all at once. `back`:
 * redeem it and take it back, over and over. Ends with how often each answer was given.
 */
await rival(async (target = '', key = '', at = '0', what = '', code = '', times = '0') => {
  const db = await openDatabase(target);
  const vaultKey = Buffer.from(key, 'hex');
  const store = { db, vault: createVault(vaultKey), mint: systemMint };
  const till = composeTill({ store, vaultKey, now: () => epochMs(Number(at)) });
  const told = new Map<string, number>();
  const ask = async (asked: TillAsk): Promise<Record<string, unknown>> => {
    const request = {
      tokenId: `tok_${process.pid}`,
      tokenName: 'rival',
      channelId: 'taipei-1',
      language: 'en' as const,
      ask: asked,
    };
    const { answer } = await till.ask({ ...request, key: randomUUID(), text: JSON.stringify(asked) });
    const name = answer.kind === 'done' ? asked.type : answer.refusal.code;
    told.set(name, (told.get(name) ?? 0) + 1);
    return answer.kind === 'done' ? (answer.body as Record<string, unknown>) : {};
  };
  const redeem = () => ask({ type: 'redeem', redeem: { code, amount: 1_000, currency: 'TWD', order: randomUUID() } });
  if (what === 'redeem') await Promise.all(Array.from({ length: Number(times) }, redeem));
  else {
    for (let i = 0; i < Number(times); i++) {
      const { redemption } = await redeem();
      if (redemption === undefined) continue;
      await ask({ type: 'rollback', rollback: { redemption: String(redemption), reason: 'undo' } });
    }
  }
  await db.destroy();
  return Object.fromEntries(told);
});
