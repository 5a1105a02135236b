import { describe, expect, it } from 'vitest';
import { fixedDm, signDm, slotAt } from '../../protocol/device-message.ts';
import { Hwid, NodeId } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import { identifyNode, type KnownNode } from './trust.ts';

const HWID = Hwid.parse('0a1b2c3d4e');
const AT = epochMs(1_767_225_600_000);
const DAY = 86_400_000;
const key = (first: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => (first + i) % 256);
const node = (id: string, index: number, dmKey?: Uint8Array): KnownNode => ({
  id: NodeId.parse(id),
  index,
  slotSeconds: 300,
  ...(dmKey && { dmKey }),
});
const NORTH = node('north', 7, key(0));
const SOUTH = node('south', 8, key(100));
const signed = (nodeIndex: number, dmKey: Uint8Array, at: number = AT) =>
  signDm({ key: dmKey, hwid: HWID, nodeIndex, slot: slotAt(epochMs(at), 300) });
const verdict = (nodes: readonly KnownNode[], dm: string | undefined, at = AT) => {
  const { trust, node: found } = identifyNode(nodes, { hwid: HWID, dm, at });
  return `${trust} ${found?.id ?? '-'}`;
};

it('accepts the message a node really says', () => {
  expect(verdict([NORTH], '1000070059e2c070003f0e6cdc')).toBe('signed north');
});

describe('two doors that share a HWID', () => {
  const both = [NORTH, SOUTH];
  it.each([
    ['the index names the door', signed(8, key(100)), 'signed south'],
    ["the other door's key", signed(8, key(0)), 'bad south'],
    ['an index nobody has', signed(9, key(0)), 'bad -'],
    ['fixed', fixedDm(7), 'fixed north'],
    ['fixed, an index nobody has', fixedDm(9), 'bad -'],
    ["somebody else's", 'beef', 'bad -'],
    ['nothing to say', '00', 'none -'],
    ['an empty message', '', 'none -'],
    ['no message', undefined, 'none -'],
  ])('%s', (_name, dm, expected) => {
    expect(verdict(both, dm)).toBe(expected);
  });
});

describe('one door', () => {
  it.each([
    ['the slot before', signed(7, key(0), AT - 300_000), 'signed north'],
    ['the slot after', signed(7, key(0), AT + 300_000), 'signed north'],
    ['two slots ago', signed(7, key(0), AT - 600_000), 'bad north'],
    ['copied yesterday', signed(7, key(0), AT - DAY), 'bad north'],
    ['one bit off', '1000070059e2c070003f0e6cdd', 'bad north'],
    ['an index nobody has', signed(9, key(0)), 'bad north'],
    ['fixed, an index nobody has', fixedDm(9), 'bad north'],
    ['nothing to say', '00', 'none north'],
  ])('%s', (_name, dm, expected) => {
    expect(verdict([NORTH], dm)).toBe(expected);
  });

  it('believes no signature before it has a key', () => {
    expect(verdict([node('north', 7)], signed(7, key(0)))).toBe('bad north');
  });
});

it('knows no node for a foreign HWID', () => expect(verdict([], signed(7, key(0)))).toBe('bad -'));
