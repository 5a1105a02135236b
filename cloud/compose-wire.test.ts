import { expect, it } from 'vitest';
import { NodeId, StoreId } from '../protocol/ids.ts';
import { tellingOfFaults } from './compose-wire.ts';

const [NODE, STORE] = [NodeId.parse('door-1'), StoreId.parse('taipei-1')];

it('says once that what nodes say waits, and once that it is kept again', async () => {
  const told: string[] = [];
  const tell = (...words: readonly unknown[]) => void told.push(String(words.at(-1)));
  let at = 0;
  let broken = false;
  const take = tellingOfFaults(
    async (_node, _store, _channel, payload) => {
      if (broken && payload.length > 0) throw new Error('relation "event" does not exist');
    },
    { error: tell, info: tell },
    () => at,
  );
  const say = (text: string) => take(NODE, STORE, 'events', Buffer.from(text));
  await say('a visit');
  broken = true;
  // The others are taken meanwhile.
  for (let i = 0; i < 10; i++) {
    await expect(say('a visit')).rejects.toThrow('does not exist');
    await say('');
    at += 5_000;
  }
  broken = false;
  at += 30_000;
  for (let i = 0; i < 2; i++) await say('a visit');
  expect(told).toEqual(['what nodes say cannot be kept and waits with them', 'what nodes say is kept again']);
});
