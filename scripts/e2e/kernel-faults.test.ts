import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const KERNEL = fileURLToPath(new URL('../lab/kernel/', import.meta.url));
/** What run.sh says where no virtual machine can be had; it has named the missing package by then. */
const SKIPPED = 77;
/** Adds what takes longest: another program that holds the adapter, or searches for devices. */
const isLong = process.env['PHAROS_TEST_LONG'] === '1';

const outDirs: string[] = [];
afterEach(() => {
  for (const dir of outDirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

describe('kernel lab: the radio breaks', { timeout: 300_000 }, () => {
  it('is on air and senses tags again within a minute of each fault', (context) => {
    const outDir = mkdtempSync(join(tmpdir(), 'pharos-faults-'));
    outDirs.push(outDir);
    writeFileSync(join(outDir, 'env'), `export FAULTS_FLAGS=${isLong ? '--long' : ''}\n`);
    const { status, stdout, stderr } = spawnSync(join(KERNEL, 'run.sh'), [join(KERNEL, 'guest-faults.sh'), outDir], {
      encoding: 'utf8',
      env: { ...process.env, LAB_LIMIT_S: '270' },
    });
    const output = `${stdout}${stderr}`;
    if (status === SKIPPED) {
      process.stderr.write(output);
      context.skip(output.trim());
    }
    expect(status, output).toBe(0);
    const rows = readFileSync(join(outDir, 'faults.jsonl'), 'utf8').trim().split('\n');
    process.stderr.write(`${rows.join('\n')}\n`);
    // Faults, and what the doctor said of some of them.
    expect(rows.length).toBe(isLong ? 16 : 13);
  });
});
