import { posix } from 'node:path';
import { parseSync } from 'oxc-parser';
import { GUARDS, HOUSE_RULES } from './rules.ts';

export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly target: string;
  readonly why: string;
}

/** Forbidden imports of one source file (path relative to the repository root, slashes). Type imports count too. */
export function checkFile(file: string, source: string): Violation[] {
  // A test may look into the room it stands in and use any tool; what it tests obeys the rules.
  const isTest = /\.(test|fixture)\.ts$/.test(file);
  const rule = HOUSE_RULES.find(({ from }) => from.test(file));
  if (rule === undefined) return [{ file, line: 1, target: '(anything)', why: 'no house rule covers this folder' }];

  return importsOf(file, source).flatMap(({ target, line }): Violation[] => {
    const violation = { file, line, target, why: rule.why };
    if (target.startsWith('.')) {
      const path = posix.normalize(posix.join(posix.dirname(file), target));
      const guard = GUARDS.find((one) => one.target.test(path) && !one.only.test(file));
      if (guard !== undefined) return [{ ...violation, why: guard.why }];
      return rule.may.some((allowed) => allowed.test(path)) || (isTest && sameSide(file, path)) ? [] : [violation];
    }
    return isTest || rule.packages === undefined || rule.packages.test(target) ? [] : [violation];
  });
}

const sameSide = (file: string, path: string): boolean =>
  file.split('/')[0] === path.split('/')[0] || path.startsWith('scripts/lab/');

function importsOf(file: string, source: string): { target: string; line: number }[] {
  const { module } = parseSync(file, source);
  const lineAt = (offset: number): number => source.slice(0, offset).split('\n').length;
  const found = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest ?? [])),
  ].map(({ value, start }) => ({ target: value, line: lineAt(start) }));
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const target = /^(['"`])(.*)\1$/.exec(source.slice(start, end))?.[2];
    return target === undefined ? [] : [{ target, line: lineAt(start) }];
  });
  return [...found, ...dynamic];
}
