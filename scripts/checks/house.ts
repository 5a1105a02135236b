import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkFile, type Violation } from './imports.ts';

/** `node scripts/checks/house.ts`: reports every import the house rules forbid; exit 1 if there is one. */
const root = normalize(join(dirname(fileURLToPath(import.meta.url)), '../..'));
const files = globSync('{protocol,edge,cloud,scripts}/**/*.ts', { cwd: root }).map((file) => relative('.', file));

const violations: Violation[] = files.flatMap((file) => checkFile(file, readFileSync(join(root, file), 'utf8')));

for (const { file, line, target, why } of violations) {
  process.stdout.write(`${file}:${line} may not import ${target}: ${why}\n`);
}
process.stdout.write(`house: ${files.length} files, ${violations.length} forbidden imports\n`);
process.exitCode = violations.length === 0 ? 0 : 1;
