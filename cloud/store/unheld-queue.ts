import type { DeliveryId } from '../core/ids.ts';
import type { SenderPort, SettledDelivery } from '../core/ports.ts';
import { isRowRefusal } from './database.ts';

/**
 * The same queue, where one ending that the database does not take holds up no other and nothing that is due: they are
 * then written one by one, and the one it was about without its detail, which is the only free text in it. Where even
 * that is refused it is told and left to its lease: the delivery is claimed anew, in doubt.
 */
export const unheldQueue = (
  queue: SenderPort,
  onRefused: (delivery: DeliveryId, error: unknown) => void,
): SenderPort => ({
  ...queue,
  async turn(ended, claim) {
    try {
      return await queue.turn(ended, claim);
    } catch (error) {
      if (ended.length === 0 || !isRowRefusal(error)) throw error;
    }
    const written = new Set<string>();
    const write = async (one: SettledDelivery): Promise<void> => {
      for (const id of (await queue.turn([one], { ...claim, limit: 0 })).written) written.add(id);
    };
    for (const one of ended) {
      try {
        await write(one);
      } catch (error) {
        if (!isRowRefusal(error)) throw error;
        onRefused(one.delivery.id, error);
        await write(withoutDetail(one)).catch((again: unknown) => {
          if (!isRowRefusal(again)) throw again;
        });
      }
    }
    return { ...(await queue.turn([], claim)), written };
  },
});

function withoutDetail({ attempt, ...ending }: SettledDelivery): SettledDelivery {
  if (attempt === undefined) return ending;
  const { detail: _, ...rest } = attempt;
  return { ...ending, attempt: rest };
}
