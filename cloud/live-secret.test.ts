import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { liveSecret, severalOf } from './live-secret.ts';

it('follows its file, once a second at most, and outlives it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-secret-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'secret');
  let now = 0;
  writeFileSync(file, 'first\n');
  const secret = liveSecret('first', file, () => now);
  expect(secret()).toBe('first');
  writeFileSync(file, 'second one\n');
  now = 999;
  expect(secret()).toBe('first');
  now = 1_000;
  expect(secret()).toBe('second one');
  rmSync(file);
  now = 2_000;
  expect(secret()).toBe('second one');
  writeFileSync(file, '');
  now = 3_000;
  expect(secret()).toBe('second one');
});

it('takes several', () => {
  expect(severalOf(' a,b\nc ')).toEqual(['a', 'b', 'c']);
});
