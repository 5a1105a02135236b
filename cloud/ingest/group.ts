/**
 * Work that arrives while other work is being written is written together with what arrives beside it: one commit for
 * all that came in a tick. A timer never wins over this, since the commit itself is the pause in which more arrives.
 */
export interface Group<Item, Answer> {
  /** Resolves or rejects when the commit the item is part of is done. */
  submit(item: Item): Promise<Answer>;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export function createGroup<Item, Answer>(deps: {
  /** One answer for each item, in their order. When it rejects, it does so for all of them. */
  readonly work: (items: readonly Item[]) => Promise<readonly Answer[]>;
  /** How much an item weighs, and how much one commit may carry; a single item always passes. */
  readonly weigh: (item: Item) => number;
  readonly most: number;
  /**
   * How many commits may be under way, 1 if absent. A further one begins only when there is enough for a commit of its
   * own; less than that joins the one that comes next.
   */
  readonly atOnce?: number;
}): Group<Item, Answer> {
  const atOnce = deps.atOnce ?? 1;
  const enough = deps.most / ENOUGH_SHARE;
  const waiting: Waiting<Item, Answer>[] = [];
  let weight = 0;
  let running = 0;

  const take = (): Waiting<Item, Answer>[] => {
    let taken = 0;
    let count = 0;
    for (const { item } of waiting) {
      const more = deps.weigh(item);
      if (count > 0 && taken + more > deps.most) break;
      taken += more;
      count += 1;
    }
    weight -= taken;
    return waiting.splice(0, count);
  };

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const taken = take();
      try {
        const answers = await deps.work(taken.map(({ item }) => item));
        for (const [index, { resolve }] of taken.entries()) resolve(answers[index] as Answer);
      } catch (error) {
        for (const { reject } of taken) reject(error);
      }
      // Sockets are read between two commits; what they bring joins the next one.
      await new Promise((resolve) => setImmediate(resolve));
    }
    running -= 1;
  };

  return {
    submit: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        weight += deps.weigh(item);
        if (running > 0 && (running === atOnce || weight < enough)) return;
        running += 1;
        setImmediate(() => void drain());
      }),
  };
}

/** A quarter of the most costs little more, row for row, than all of it. */
const ENOUGH_SHARE = 4;
