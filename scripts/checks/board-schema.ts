import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { boardJsonSchema } from '../boards/board.ts';

/**
 * The JSON Schema of boards comes from the schema that reads them. `node scripts/checks/board-schema.ts` fails when it is
 * out of date; with `--write` it brings it up to date.
 */
const FILE = fileURLToPath(new URL('../../firmware-config/board.schema.json', import.meta.url));
const schema = boardJsonSchema();

if (process.argv.includes('--write')) writeFileSync(FILE, `${JSON.stringify(schema, null, 2)}\n`);
else if (!isDeepStrictEqual(JSON.parse(readFileSync(FILE, 'utf8')), schema)) {
  process.stdout.write(
    'firmware-config/board.schema.json is out of date; node scripts/checks/board-schema.ts --write\n',
  );
  process.exitCode = 1;
}
