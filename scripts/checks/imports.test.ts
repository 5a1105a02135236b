import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkFile } from './imports.ts';
import { GUARDS } from './rules.ts';

describe('house rules', () => {
  it.each([
    ['protocol/ids.ts', `import { z } from 'zod';`],
    ['cloud/core/decide.ts', `import type { EpochMs } from '../../protocol/units.ts';`],
    ['cloud/store/events.ts', `import { decide } from '../core/decide.ts'; import { Kysely } from 'kysely';`],
    ['cloud/main.ts', `const { serve } = await import('./http/server.ts');`],
    ['cloud/core/decide/gates.ts', `import { matchesSegment } from '../segment/matches.ts';`],
    ['cloud/audience.ts', `import { matchesSegment } from './core/segment/matches.ts';`],
    ['cloud/core/working-set.ts', `import { decide } from './decide/decide.ts';`],
    ['cloud/store/events.test.ts', `import { serve } from '../http/server.ts';`],
  ])('%s may write %s', (file, source) => {
    expect(checkFile(file, source)).toEqual([]);
  });

  it.each([
    ['protocol/ids.ts', `import { decide } from '../cloud/core/decide.ts';`],
    ['protocol/ids.ts', `import fs from 'node:fs';`],
    ['edge/core/presence.ts', `import { readFileSync } from 'node:fs';`],
    ['edge/core/presence.ts', `import type { Outbox } from '../store/outbox.ts';`],
    ['cloud/store/events.ts', `export type { Sender } from '../deliver/sender.ts';`],
    ['cloud/cli/apply.ts', `const store = await import('../store/database.ts');`],
    ['cloud/main.ts', `import { step } from '../edge/core/presence.ts';`],
    ['cloud/sandbox/main.ts', `import { decide } from '../core/decide.ts';`],
    ['edge/core/presence.test.ts', `import { decide } from '../../cloud/core/decide.ts';`],
    ['cloud/store/events.ts', `import { matchesSegment } from '../core/segment/matches.ts';`],
    ['cloud/core/working-set.ts', `import { matchesSegment } from './segment/matches.ts';`],
    ['cloud/ingest/dispatch.ts', `import { GATES } from '../core/decide/gates.ts';`],
    ['attic/old.ts', ``],
  ])('%s may not write %s', (file, source) => {
    expect(checkFile(file, source)).toHaveLength(1);
  });

  it('guards files that exist', () => {
    const files = globSync('cloud/**/*.ts', { cwd: fileURLToPath(new URL('../..', import.meta.url)) });
    for (const { target } of GUARDS) expect(files.some((file) => target.test(file))).toBe(true);
  });

  it('names file, line, target and reason', () => {
    const source = `import { z } from 'zod';\nimport { x } from '../store/x.ts';\n`;
    expect(checkFile('cloud/http/server.ts', source)).toEqual([
      {
        file: 'cloud/http/server.ts',
        line: 2,
        target: '../store/x.ts',
        why: 'cloud/http is an adapter: it sees core and protocol, never another adapter',
      },
    ]);
  });
});
