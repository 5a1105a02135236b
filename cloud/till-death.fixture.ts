import { epochMs } from '../protocol/units.ts';
import { openDatabase } from './store/database.ts';
import { systemMint } from './store/mint.ts';
import { workTill } from './store/till.ts';
import { tillMemory } from './store/till-memory.ts';
import { createVault } from './store/vault.ts';

/** `<database> <vault key> <at> <code> <key>`: redeems, and is dead before it can say so. */
const [target = '', key = '', at = '0', code = '', idempotencyKey = ''] = process.argv.slice(2);
const db = await openDatabase(target);
const vault = createVault(Buffer.from(key, 'hex'));
const ask = { type: 'redeem' as const, redeem: { code } };
await workTill(
  { db, vault, mint: systemMint, memory: tillMemory(), couponOfPage: () => undefined },
  [
    {
      ...{ tokenId: 'tok_till', tokenName: 'till', channelId: 'taipei-1', language: 'en', ask },
      ...{ key: idempotencyKey, text: JSON.stringify(ask) },
    },
  ],
  epochMs(Number(at)),
);
process.kill(process.pid, 'SIGKILL');
