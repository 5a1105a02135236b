import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OutboxEpoch } from '../../protocol/ids.ts';
import { createNumbering, type EventIdentity } from './outbox-numbering.ts';

it('no two events share a name and no event gets a second one, however often stores fail', () => {
  const step = fc.record({ added: fc.nat(4), fails: fc.boolean(), renewed: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let epochs = 0;
      const numbering = createNumbering(() => {
        epochs += 1;
        return `epoch ${epochs}` as OutboxEpoch;
      });
      const nameOf = new Map<object, string>();
      let waiting: object[] = [];
      for (const { added, fails, renewed } of steps) {
        waiting.push(...Array.from({ length: added }, () => ({})));
        const numbered = waiting.map((draft) => ({ draft, identity: numbering.number(draft) }));
        for (const { draft, identity } of numbered) {
          const name = text(identity);
          expect(nameOf.get(draft) ?? name).toBe(name);
          nameOf.set(draft, name);
        }
        if (fails) numbering.inDoubt(numbered);
        else waiting = [];
        if (renewed) numbering.renew();
      }
      expect(new Set(nameOf.values()).size).toBe(nameOf.size);
    }),
  );
});

it('after a doubt others are of a new epoch', () => {
  let epochs = 0;
  const numbering = createNumbering(() => {
    epochs += 1;
    return `epoch ${epochs}` as OutboxEpoch;
  });
  const draft = {};
  numbering.inDoubt([{ draft, identity: numbering.number(draft) }]);
  expect(text(numbering.number({}))).toBe('epoch 2:2');
  expect(text(numbering.number(draft))).toBe('epoch 1:1');
});

const text = ({ epoch, seq }: EventIdentity): string => `${epoch}:${seq}`;
