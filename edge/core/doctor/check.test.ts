import { describe, expect, it } from 'vitest';
import { examine, fail, ok, type Rule, skip, warn } from './check.ts';
import { RULES } from './table.ts';

const rule = (name: string, needs: string[], judge: Rule<null>['judge']): Rule<null> => ({
  name,
  group: 'machine',
  needs,
  judge,
});

describe('examine', () => {
  it('skips what needs a failing check, and names the failing one at the bottom', () => {
    const checks = examine(
      [
        rule('ground', [], () => fail('gone', 'dig')),
        rule('house', ['ground'], () => fail('never asked', '')),
        rule('roof', ['house'], () => fail('never asked', '')),
        rule('garden', [], () => ok('green')),
      ],
      null,
    );
    expect(checks.map(({ name, status, finding }) => [name, status, finding])).toEqual([
      ['ground', 'fail', 'gone'],
      ['house', 'skip', 'needs ground, which fails'],
      ['roof', 'skip', 'needs ground, which fails'],
      ['garden', 'ok', 'green'],
    ]);
  });

  it('goes on where something was only unseen or doubtful', () => {
    const rules = [
      rule('unseen', [], () => skip('no thermometer')),
      rule('doubtful', [], () => warn('warm', 'fan')),
      rule('after', ['unseen', 'doubtful'], () => ok('asked')),
    ];
    expect(examine(rules, null).at(-1)).toEqual({ name: 'after', status: 'ok', finding: 'asked', remedy: '' });
  });
});

describe('the table', () => {
  it('has at least twenty-five checks, each under one name', () => {
    expect(RULES.length).toBeGreaterThanOrEqual(25);
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
  });

  it('needs nothing that is not judged before', () => {
    const before = new Set<string>();
    for (const { name, needs = [] } of RULES) {
      for (const need of needs) expect(before, `${name} needs ${need}`).toContain(need);
      before.add(name);
    }
  });
});
