import { expect, it } from 'vitest';
import { NodeId, StoreId } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import { createFleetEar } from './uplink-messages.ts';

const [NODE, STORE] = [NodeId.parse('door-1'), StoreId.parse('taipei-1')];

async function hear(
  channel: 'status' | 'health' | 'config/reported' | 'command/result',
  payload: string,
  again = false,
) {
  const recorded: unknown[] = [];
  const memory = {
    topicStore: async () => STORE,
    recordStatus: async (...args: unknown[]) => recorded.push(['status', ...args]) === 1 && !again,
    recordHealth: async (...args: unknown[]) => void recorded.push(['health', ...args]),
    recordReported: async (...args: unknown[]) => void recorded.push(['reported', ...args]),
    recordResult: async (...args: unknown[]) => void recorded.push(['result', ...args]),
  };
  const understood = await createFleetEar({ memory, now: () => epochMs(7) })(
    NODE,
    STORE,
    channel,
    Buffer.from(payload),
  );
  return { understood, recorded };
}

it('remembers a will', async () => {
  expect(await hear('status', '{"v":1,"online":false}')).toEqual({
    understood: 'news',
    recorded: [['status', NODE, { v: 1, online: false }, 7]],
  });
});

it('tells a repetition from news', async () => {
  expect(await hear('status', '{"v":1,"online":false}', true)).toMatchObject({ understood: 'known' });
});

it.each([
  ['status', '{"v":2,"online":false}'],
  ['status', ''],
  ['status', '{"v":1,"online":true}'],
  ['health', '{"v":1}'],
  ['health', 'not json'],
  ['command/result', '{}'],
] as const)('does not understand %s %s', async (channel, payload) => {
  expect(await hear(channel, payload)).toEqual({ understood: 'not_understood', recorded: [] });
});
