import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decisionsPage } from '../../cloud/core/decide/page.fixture.ts';

/**
 * The page about decisions comes from the table of cases that tests them. `node scripts/checks/decisions-page.ts` fails
 * when it is out of date; with `--write` it brings it up to date.
 */
const FILE = fileURLToPath(new URL('../../docs/decisions.md', import.meta.url));
const page = decisionsPage();

if (process.argv.includes('--write')) {
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, page);
} else if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== page) {
  process.stdout.write('docs/decisions.md is out of date; node scripts/checks/decisions-page.ts --write\n');
  process.exitCode = 1;
}
