import { epochMs } from '../protocol/units.ts';
import { fixedToken } from './deliver/access-token.ts';
import { createLineClient } from './deliver/line-client.ts';
import { createLineTransport } from './deliver/line-transport.ts';
import { createSender } from './deliver/sender.ts';
import { openDatabase } from './store/database.ts';
import { systemMint } from './store/mint.ts';
import { rival } from './store/rivals.fixture.ts';
import { senderQueue } from './store/sender-queue.ts';
import { createVault } from './store/vault.ts';

/**
 * `<database> <vault key> <LINE's origin> <ms> <since> <slowness>`: sends what waits as fast as it may for so long, by a
 * clock that goes so many times slower from then on; ends with how many it settled.
 */
await rival(async (target = '', key = '', origin = '', ms = '0', since = '0', slowness = '1') => {
  const db = await openDatabase(target, 'service');
  const transport = createLineTransport(origin);
  let settled = 0;
  const sender = createSender({
    queue: senderQueue({ db, vault: createVault(Buffer.from(key, 'hex')), mint: systemMint }),
    line: createLineClient({ transport, tokens: fixedToken(() => 'token') }),
    now: () => epochMs(Math.floor(Number(since) + (Date.now() - Number(since)) / Number(slowness))),
    random: Math.random,
    quotaUsedUp: async () => false,
    onSettled: ({ step }) => {
      // What was claimed when it had to stop is handed back.
      if (step.to !== 'ready') settled += 1;
    },
    onFault: (error) => void process.stderr.write(`${String(error)}\n`),
  });
  sender.poke();
  await new Promise((resolve) => setTimeout(resolve, Number(ms)));
  await sender.stop();
  await transport.close();
  await db.destroy();
  return settled;
});
