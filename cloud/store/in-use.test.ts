import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { holdInUse, isInUse } from './in-use.ts';

it('is in use as long as anybody holds it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-in-use-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'pharos.sqlite');
  expect(isInUse(path)).toBe(false);
  const first = holdInUse(path);
  const second = holdInUse(path);
  expect(isInUse(path)).toBe(true);
  first();
  expect(isInUse(path)).toBe(true);
  second();
  expect(isInUse(path)).toBe(false);
});
