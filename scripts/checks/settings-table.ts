import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SETTINGS as CLOUD } from '../../cloud/settings.ts';
import { SETTINGS as EDGE } from '../../edge/settings.ts';

/**
 * The README's table of settings comes from the schemas that read them. `node scripts/checks/settings-table.ts` fails
 * when it is out of date; with `--write` it brings it up to date.
 */
const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const BEGIN = '<!-- settings: made by scripts/checks/settings-table.ts --write -->';
const END = '<!-- /settings -->';

interface Parses {
  safeParse(value: unknown): { data?: unknown };
}

const row = (where: string, name: string, schema: Parses, help: string): string => {
  const standard = schema.safeParse(undefined).data;
  return `| \`${name}\` | ${where} | ${standard === undefined ? '' : `\`${String(standard)}\``} | ${help} |`;
};

const rows = [
  ...Object.entries(CLOUD).map(([name, { schema, help }]) => row('cloud', name, schema, help)),
  ...Object.entries(EDGE).map(([name, field]) => row('edge', name, field, field.description ?? '')),
];
const table = [BEGIN, '', '| setting | of | default | what |', '| --- | --- | --- | --- |', ...rows, '', END].join(
  '\n',
);

const readme = readFileSync(README, 'utf8');
const begin = readme.indexOf(BEGIN);
const end = readme.indexOf(END);
if (begin < 0 || end < 0) throw new Error(`README.md has no place for the settings: ${BEGIN} … ${END}`);
const updated = readme.slice(0, begin) + table + readme.slice(end + END.length);

if (process.argv.includes('--write')) writeFileSync(README, updated);
else if (updated !== readme) {
  process.stdout.write('README.md: the settings table is out of date; node scripts/checks/settings-table.ts --write\n');
  process.exitCode = 1;
}
