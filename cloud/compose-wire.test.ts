import { expect, it } from 'vitest';
import { NodeId, StoreId } from '../protocol/ids.ts';
import { tellingOfFaults } from './compose-wire.ts';

const [NODE, STORE] = [NodeId.parse('door-1'), StoreId.parse('taipei-1')];

it('says once that what nodes say waits, and once that it is kept again', async () => {
  const told: string[] = [];
  const tell = (...words: readonly unknown[]) => void told.push(String(words.at(-1)));
  let broken = false;
  const take = tellingOfFaults(
    async () => {
      if (broken) throw new Error('relation "event" does not exist');
    },
    { error: tell, info: tell },
  );
  const say = () => take(NODE, STORE, 'events', Buffer.alloc(0));
  await say();
  broken = true;
  for (let i = 0; i < 3; i++) await expect(say()).rejects.toThrow('does not exist');
  broken = false;
  for (let i = 0; i < 2; i++) await say();
  expect(told).toEqual(['what nodes say cannot be kept and waits with them', 'what nodes say is kept again']);
});
