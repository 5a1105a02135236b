import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { PROCESS_MEMORY, runtimePath } from './runtime-path.ts';

it('is the folder given, and inside the process where that cannot be had', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-runtime-'));
  try {
    const path = runtimePath('./data', join(folder, 'made'));
    expect(dirname(path)).toBe(join(folder, 'made'));
    expect(runtimePath('./data', join(folder, 'made'))).toBe(path);
    expect(runtimePath('./other', join(folder, 'made'))).not.toBe(path);
    writeFileSync(join(folder, 'file'), '');
    expect(runtimePath('./data', join(folder, 'file'))).toBe(PROCESS_MEMORY);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('without one is a folder in memory, the same for every process of the node', () => {
  const path = runtimePath('/no/such/node', undefined);
  expect(path).toMatch(/^(:memory:|\/run\/pharos\/.*|\/dev\/shm\/pharos-\d+\/.*)$/);
  expect(runtimePath('/no/such/node', undefined)).toBe(path);
});
