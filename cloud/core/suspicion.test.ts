import { describe, expect, it } from 'vitest';
import { signDm, slotAt } from '../../protocol/device-message.ts';
import { Hwid, NodeId } from '../../protocol/ids.ts';
import { epochMs } from '../../protocol/units.ts';
import type { EventId } from './ids.ts';
import { ADVICE, alertKey, SUSPICIONS, suspect } from './suspicion.ts';
import { identifyNode } from './trust.ts';

const HWID = Hwid.parse('0a1b2c3d4e');
const AT = epochMs(1_767_225_600_000);
const KEY = new Uint8Array(32).fill(1);
const NODE = { id: NodeId.parse('north'), index: 7, slotSeconds: 300, dmKey: KEY };
const said = (agoMs: number, given: { key?: Uint8Array; nodeIndex?: number } = {}) =>
  signDm({ key: KEY, hwid: HWID, nodeIndex: 7, slot: slotAt(epochMs(AT - agoMs), 300), ...given });

/** What a frame heard at `AT` makes us suspect, by the way the ingest goes. */
function suspicionOf(dm: string) {
  const { node, fault } = identifyNode([NODE], { hwid: HWID, dm, at: AT });
  if (fault === undefined) return undefined;
  const seen = { hwid: HWID, dm, eventId: 'evt_1' as EventId, at: AT, ...(node && { nodeId: node.id }) };
  return suspect(fault, seen, node?.slotSeconds ?? 300);
}

describe('a frame', () => {
  it.each([
    ['of this slot', said(0), undefined],
    ['ten minutes old', said(600_000), 'node-clock'],
    ['of tomorrow', said(-86_400_000), 'node-clock'],
    ['recorded yesterday', said(86_400_000), 'replayed-frame'],
    ['signed by somebody', said(0, { key: new Uint8Array(32) }), 'forged-frame'],
    ['of another door', said(0, { nodeIndex: 8 }), 'unknown-door'],
    ["with somebody's text", 'beef', 'foreign-message'],
  ])('%s', (_name, dm, kind) => {
    expect(suspicionOf(dm)?.kind).toBe(kind);
  });

  it('says how old it is', () => {
    expect(suspicionOf(said(86_400_000))?.offMs).toBe(-86_400_000);
  });
});

it('is one alert a day and door', () => {
  const first = suspicionOf(said(86_400_000));
  if (first === undefined) throw new Error('nothing suspected');
  expect(alertKey({ ...first, at: epochMs(AT + 1000), eventId: 'evt_2' as EventId })).toBe(alertKey(first));
  expect(alertKey({ ...first, at: epochMs(AT + 86_400_000) })).not.toBe(alertKey(first));
});

it('has advice for each', () => {
  expect(Object.keys(ADVICE).sort()).toEqual([...SUSPICIONS].sort());
});
