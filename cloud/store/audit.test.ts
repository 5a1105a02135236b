import { expect, it } from 'vitest';
import { epochMs } from '../../protocol/units.ts';
import { ADMIN } from '../core/access.ts';
import { auditRows } from './audit.ts';
import { fleetRows } from './fleet.ts';
import { memberAdmin } from './member-admin.ts';
import { eraseMember } from './member-erase.ts';
import { mergeMembers } from './member-merge.ts';
import { nodeShadowRows } from './node-shadow.ts';
import { NODE, newMember, nodeDocument, openStore, storeDocument, T0 } from './testing.fixture.ts';

const act = (why: string) => ({ by: ADMIN, why });

it('remembers changes of members, and forgets with them what may name them', async () => {
  const store = await openStore();
  const [anna, twin] = [await newMember(store), await newMember(store)];
  await memberAdmin(store).change(anna, { tag: ['vip'], set: { nickname: 'Ann' } }, T0, act('a birthday'));
  const merge = { survivor: anna, absorbed: twin, why: 'Ann said so', who: 'admin' };
  await mergeMembers(store, merge, epochMs(T0 + 1), act('Ann said so'));
  const told = async () => (await auditRows(store.db).list({ limit: 9 })).map(({ action, why }) => [action, why]);
  expect(await told()).toEqual([
    ['member.merge', 'Ann said so'],
    ['member.profile', 'a birthday'],
  ]);
  expect(JSON.stringify(await auditRows(store.db).list({ limit: 9 }))).not.toContain('"Ann"');
  await eraseMember(store, { member: anna, why: 'asked', who: 'admin' }, epochMs(T0 + 2), act('asked'));
  expect(await told()).toEqual([
    ['member.erase', 'asked'],
    ['member.merge', undefined],
    ['member.profile', undefined],
  ]);
});

it('remembers what was done to a node, with the change or not at all', async () => {
  const store = await openStore();
  await store.apply(storeDocument(), nodeDocument());
  const shadow = nodeShadowRows(store);
  const command = { v: 1, id: 'cmd_1', command: 'restart', expiresAt: epochMs(T0 + 9) } as const;
  await fleetRows(store).makeCredentials(NODE, false, { act: act('new'), at: T0 });
  await fleetRows(store).makeCredentials(NODE, false, { act: act('again'), at: T0 });
  await shadow.desire(NODE, { footfall: false }, 0, T0 + 1, act('quiet'));
  await expect(shadow.desire(NODE, {}, 0, T0 + 1, act('late'))).rejects.toMatchObject({ code: 'config_changed' });
  await shadow.addCommand(NODE, command, T0 + 2, act('stuck'));
  await expect(shadow.addCommand('nobody', command, T0 + 2, act('x'))).rejects.toMatchObject({ code: 'unknown_node' });
  expect(await auditRows(store.db).list({ limit: 9 })).toMatchObject([
    { action: 'node.command', why: 'stuck', detail: { id: 'cmd_1', command: 'restart' } },
    { action: 'node.config', why: 'quiet', detail: { version: 1, config: { footfall: false } } },
    { action: 'node.bundle', why: 'new', subject: { kind: 'Node', id: NODE }, detail: { rotate: false } },
  ]);
});
