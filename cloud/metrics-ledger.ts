import type { Ledger } from './core/ports.ts';
import type { Changes } from './core/working-set-types.ts';

/**
 * The same ledger, which tells what was written once it is durable. Work that runs more than once is told of once: only
 * what its last run wrote is there.
 */
export const tellingLedger = (ledger: Ledger, tell: (changes: Changes) => void): Ledger => ({
  ...ledger,
  async transaction(work) {
    let written: Changes[] = [];
    const answer = await ledger.transaction((tx) => {
      written = [];
      return work({
        ...tx,
        async write(changes) {
          await tx.write(changes);
          written.push(changes);
        },
      });
    });
    for (const changes of written) tell(changes);
    return answer;
  },
});
