import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../protocol/units.ts';
import { checkManifests } from './check.ts';
import { findingLine, told } from './finding.ts';
import { RULE_IDS, RULES, type RuleId } from './rules.ts';

const FIXTURES = join(import.meta.dirname, 'lint-fixtures');
const NOW = epochMs(Date.parse('2026-11-22T12:00:00+08:00'));
/** What only a server can say has no file. */
const OFFLINE = RULE_IDS.filter((rule) => rule !== 'refused-by-server');

const check = (rule: RuleId, side: 'bad' | 'good') => checkManifests(join(FIXTURES, rule, side), { now: NOW });

describe('the rules', () => {
  it('have a folder each, and no folder is without a rule', () => {
    const folders = readdirSync(FIXTURES).filter((name) => name !== 'messages');
    expect(folders.sort()).toEqual([...OFFLINE].sort());
  });

  it.each(OFFLINE)('%s is found where it is broken, with a place, and nowhere else', (rule) => {
    const { findings } = check(rule, 'bad');
    const own = findings.filter((finding) => finding.rule === rule);
    expect(own.map(({ level }) => level)).toContain(RULES[rule].level);
    for (const { place, message } of own) {
      expect(place).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
      expect(place.file).toContain(rule);
      expect(message).not.toBe('');
    }
    const good = check(rule, 'good');
    expect(good.findings.map((finding) => findingLine(finding))).toEqual([]);
    expect(good.documents.length).toBeGreaterThan(0);
  });

  it.each(OFFLINE)('%s is told in both languages with something to do', (rule) => {
    for (const finding of check(rule, 'bad').findings) {
      expect(told(finding, 'en').fix).toMatch(/./);
      const chinese = told(finding, 'zh-TW');
      expect(chinese.message).toMatch(/\p{Script=Han}/u);
      expect(chinese.fix).toMatch(/\p{Script=Han}/u);
      expect(chinese).not.toHaveProperty('chinese');
    }
  });

  it('compare the stock with how many people somebody means to reach', () => {
    const folder = join(FIXTURES, 'stock-below-reach', 'good');
    const rulesFor = (members: number) =>
      checkManifests(folder, { now: NOW, members }).findings.map(({ rule }) => rule);
    expect(rulesFor(500)).toEqual([]);
    expect(rulesFor(501)).toEqual(['stock-below-reach']);
  });

  it('look at what is over, not at what is to come', () => {
    const at = (now: string) =>
      checkManifests(join(FIXTURES, 'window-past', 'good'), { now: epochMs(Date.parse(now)) }).findings.length;
    expect(at('2026-12-31T23:59:59+08:00')).toBe(0);
    expect(at('2027-01-01T00:00:00+08:00')).toBe(1);
  });
});
