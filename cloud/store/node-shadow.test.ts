import { describe, expect, it } from 'vitest';
import { NodeId } from '../../protocol/ids.ts';
import type { CommandResult, NodeCommand } from '../../protocol/messages/command.ts';
import type { ReportedConfig } from '../../protocol/messages/config.ts';
import { epochMs } from '../../protocol/units.ts';
import { nodeShadowRows } from './node-shadow.ts';
import { NODE, nodeDocument, openStore, STORE, storeDocument, T0 } from './testing.fixture.ts';

async function openShadow() {
  const store = await openStore();
  await store.apply(storeDocument(), nodeDocument());
  return nodeShadowRows(store);
}

const reported = (version: number, state: ReportedConfig['state'] = 'applied'): ReportedConfig => ({
  v: 1,
  version,
  state,
  config: { enterDbm: -72 },
  at: T0,
});
const restart = (id: string, expiresAt = T0 + 1_000): NodeCommand => ({
  v: 1,
  id,
  command: 'restart',
  expiresAt: epochMs(expiresAt),
});
const done = (id: string): CommandResult => ({ v: 1, id, command: 'restart', state: 'done', at: T0, detail: 'now' });

describe('what is desired of a node', () => {
  it('is numbered, and kept whole', async () => {
    const rows = await openShadow();
    expect(await rows.desired(NODE)).toBeUndefined();
    expect(await rows.desire(NODE, { enterDbm: -70 }, undefined, T0)).toMatchObject({ version: 1 });
    expect(await rows.desire(NODE, { footfall: false }, 1, T0)).toMatchObject({ version: 2 });
    expect(await rows.desired(NODE)).toEqual({ v: 1, version: 2, config: { footfall: false } });
  });

  it('is not changed by somebody who looked at an older one, nor for a node that is none', async () => {
    const rows = await openShadow();
    await rows.desire(NODE, {}, 0, T0);
    await expect(rows.desire(NODE, {}, 0, T0)).rejects.toMatchObject({ kind: 'conflict', code: 'config_changed' });
    await expect(rows.desire('nobody', {}, undefined, T0)).rejects.toMatchObject({ code: 'unknown_node' });
  });

  it('goes on beyond what the node has seen, though this database has forgotten it', async () => {
    const rows = await openShadow();
    await rows.recordReported(NODE, reported(41), T0);
    expect((await rows.desire(NODE, {}, undefined, T0)).version).toBe(42);
  });

  it('a late repeat does not take back what was reported since', async () => {
    const rows = await openShadow();
    await rows.recordReported(NODE, reported(2), T0);
    await rows.recordReported(NODE, reported(1, 'refused'), T0 + 1);
    expect(await rows.show(NODE, T0)).toMatchObject({ reported: { version: 2, state: 'applied', receivedAt: T0 } });
  });
});

it('knows which nodes are behind: with a configuration to report or a command to answer', async () => {
  const rows = await openShadow();
  await rows.recordReported(NODE, reported(3), T0);
  expect(await rows.behind(T0)).toEqual([]);
  await rows.desire(NODE, { enterDbm: -72 }, undefined, T0);
  expect(await rows.behind(T0)).toEqual([NODE]);
  await rows.recordReported(NODE, reported(4, 'refused'), T0);
  expect(await rows.behind(T0)).toEqual([]);
  await rows.addCommand(NODE, restart('cmd_1', T0 + 10), T0);
  await rows.addCommand(NODE, restart('cmd_2', T0 + 20), T0);
  expect(await rows.behind(T0 + 9)).toEqual([NODE]);
  expect(await rows.behind(T0 + 20)).toEqual([]);
});

describe('commands', () => {
  it('wait until they are answered or expire', async () => {
    const rows = await openShadow();
    await rows.addCommand(NODE, restart('cmd_a'), T0);
    await rows.addCommand(NODE, restart('cmd_b', T0 + 10), T0 + 1);
    expect((await rows.pendingCommands(NODE, T0)).map(({ id }) => id)).toEqual(['cmd_a', 'cmd_b']);
    expect((await rows.pendingCommands(NODE, T0 + 10)).map(({ id }) => id)).toEqual(['cmd_a']);
    expect(await rows.command('cmd_b', T0 + 10)).toMatchObject({ state: 'expired' });
    expect(await rows.recordResult(NODE, done('cmd_a'), T0 + 5)).toBe(true);
    expect(await rows.recordResult(NODE, { ...done('cmd_a'), state: 'failed' }, T0 + 6)).toBe(false);
    expect(await rows.command('cmd_a', T0)).toMatchObject({ state: 'done', detail: 'now', answeredAt: T0 + 5 });
    expect(await rows.pendingCommands(NODE, T0)).toMatchObject([{ id: 'cmd_b' }]);
  });

  it('are answered by the node they were given to, and by no other', async () => {
    const rows = await openShadow();
    await rows.addCommand(NODE, restart('cmd_a'), T0);
    expect(await rows.recordResult(NodeId.parse('taipei-1-back'), done('cmd_a'), T0)).toBe(false);
    await expect(rows.command('cmd_x', T0)).rejects.toMatchObject({ code: 'unknown_command' });
  });

  it('that erased somebody do not name them any more', async () => {
    const rows = await openShadow();
    const subject = { kind: 'ibeacon', uuid: 'f7826da6-4fa2-4e98-8024-bc5b71e0893e', major: 9, minor: 8 };
    const erase = { v: 1, id: 'cmd_e', command: 'erase', scope: 'subjects', subjects: [subject], expiresAt: T0 + 9 };
    await rows.addCommand(NODE, erase as unknown as NodeCommand, T0);
    expect(JSON.stringify(await rows.pendingCommands(NODE, T0))).toContain('f7826da6');
    await rows.recordResult(NODE, { ...done('cmd_e'), command: 'erase' }, T0);
    expect(await rows.commands(['cmd_e'], T0)).toMatchObject([{ state: 'done', command: 'erase' }]);
  });
});

it('answers a node in the topics it uses', async () => {
  const rows = await openShadow();
  expect(await rows.topicStore(NODE)).toBe(STORE);
  await rows.noteTopicStore(NODE, 'kaohsiung-2' as typeof STORE);
  expect(await rows.topicStore(NODE)).toBe('kaohsiung-2');
});
