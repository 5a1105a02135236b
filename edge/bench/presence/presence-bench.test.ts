import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PRESENCE_POLICY } from '../../core/thresholds.ts';
import { PEER_RULES } from '../presence-peers/all.ts';
import type { PresenceRule } from '../presence-peers/rule.ts';
import { comparePresence, renderComparison } from './compare.ts';
import { judge, pool, type Take } from './judge.ts';
import { ourRule } from './ours.ts';
import { readTakes } from './takes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-bench-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Near for twenty seconds, far for forty, near for twenty; the other receiver the other way round. */
function recording(name: string): void {
  const rows = Array.from({ length: 800 }, (_, slot) => {
    const inside = slot < 200 || slot >= 600;
    return `${slot},${inside ? -55 : -85},${inside ? -85 : -55},${inside ? 1 : 0}`;
  });
  writeFileSync(join(folder, name), `superframe,I-A,O-B,Label\n${rows.join('\n')}\n`);
}
function takes(): readonly Take[] {
  const read = readTakes(folder);
  if (!read.ok) throw new Error(read.reject.detail);
  return read.value;
}

/** Says what it is told to say, second by second. */
const parrot = (said: readonly boolean[]): PresenceRule => ({
  hear: () => undefined,
  present: (atMs) => said[atMs / 1_000] === true,
});
const take = (truth: readonly boolean[]): Take => ({
  recording: 'r',
  receiver: 'I',
  slots: truth.map((here, second) => ({ atMs: second * 1_000, dbm: -60, here })),
});
const [Y, N] = [true, false];

describe('the judge', () => {
  it.each([
    [
      'right all along',
      [N, N, Y, Y, N],
      [N, N, Y, Y, N],
      { right: 5, switches: 2, enterMs: [0], exitMs: [0], missed: 0 },
    ],
    [
      'a second late',
      [N, Y, Y, Y, N, N],
      [N, N, Y, Y, Y, N],
      { right: 4, switches: 2, enterMs: [1_000], exitMs: [1_000] },
    ],
    ['never there', [N, Y, Y, N, N], [N, N, N, N, N], { right: 3, switches: 0, missed: 1, exitMs: [0] }],
    ['flickering', [Y, Y, Y, Y], [Y, N, Y, N], { right: 2, switches: 4, truthSwitches: 0 }],
  ])('finds a rule that is %s', (_name, truth, said, found) => {
    expect(judge(parrot(said), take(truth))).toMatchObject(found);
  });

  it('pools takes', () => {
    const one = judge(parrot([N, Y]), take([N, Y]));
    expect(pool([one, one])).toMatchObject({ slots: 4, right: 4, truthSwitches: 2, enterMs: [0, 0] });
  });
});

describe.each([...PEER_RULES, ourRule(PRESENCE_POLICY)])('the rule of $name', (rule) => {
  it('with a range between near and far, knows one from the other', () => {
    recording('a.csv');
    const judgements = takes().map((each) => judge(rule.create(-66), each));
    for (const { right, slots, switches } of judgements) {
      expect(right / slots).toBeGreaterThan(0.7);
      expect(switches).toBeGreaterThan(1);
      expect(switches).toBeLessThan(6);
    }
  });

  it('takes silence for absence in the end', () => {
    const present = rule.create(-66);
    for (let ms = 0; ms < 30_000; ms += 100) present.hear(ms, -55);
    expect(present.present(30_000)).toBe(true);
    for (let ms = 30_000; ms < 400_000; ms += 1_000) present.present(ms);
    expect(present.present(400_000)).toBe(false);
  });
});

describe('the comparison', () => {
  it('learns a range on the other recordings and judges on the one left out', () => {
    for (const name of ['a.csv', 'b.csv', 'c.csv']) recording(name);
    const { scores, byReceiver } = comparePresence(takes(), PRESENCE_POLICY);
    const ours = scores.find(({ rule, range }) => rule === 'pharos' && range === 'learned');
    expect(ours).toMatchObject({ switches: 15, truthSwitches: 12, missed: 0 });
    expect(ours?.accuracy).toBeGreaterThan(0.9);
    expect(byReceiver).toHaveLength(2 * (PEER_RULES.length + 1));
  });

  it('asks all receivers together which side the tag is on', () => {
    recording('a.csv');
    const { sides } = comparePresence(takes(), PRESENCE_POLICY);
    expect(sides.find(({ rule }) => rule === 'pharos')).toMatchObject({ switches: 3, truthSwitches: 2 });
    expect(sides).toHaveLength(PEER_RULES.length + 2);
    for (const side of sides) expect(side.accuracy, side.rule).toBeGreaterThan(0.7);
  });

  it('is a table for people', () => {
    for (const name of ['a.csv', 'b.csv']) recording(name);
    const text = renderComparison(comparePresence(takes(), PRESENCE_POLICY));
    expect(text).toMatch(/^pharos +learned +9\d\.\d % +/m);
    expect(text).toMatch(/^room-assistant +as-shipped/m);
  });

  it.each([
    ['an empty folder', '', 'data-empty'],
    ['a folder that is none', 'nowhere', 'data-unreadable'],
  ])('%s is named', (_name, inside, code) => {
    expect(readTakes(join(folder, inside))).toMatchObject({ ok: false, reject: { code } });
  });

  it('names file and line of a bad table', () => {
    writeFileSync(join(folder, 'bad.csv'), 'superframe,I-A,Label\n0,-50\n');
    expect(readTakes(folder)).toMatchObject({
      reject: { code: 'csv-row', detail: expect.stringContaining('bad.csv: line 2') },
    });
  });
});
