import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, type TestContext } from 'vitest';
import type { Journey } from '../demo/passer-by.ts';

// Both in one file, one after the other: two virtual machines at once would leave nothing to what runs beside them.

const KERNEL = fileURLToPath(new URL('../lab/kernel/', import.meta.url));
/** What run.sh says where no virtual machine can be had; it has named the missing package by then. */
const SKIPPED = 77;
/** Adds what takes longest: another program that holds the adapter, or searches for devices. */
const isLong = process.env['PHAROS_TEST_LONG'] === '1';

const outDirs: string[] = [];
afterEach(() => {
  for (const dir of outDirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** Runs a script in the guest to its end; returns the folder it wrote to. Where no guest can be had, the test is skipped. */
function runGuest(context: TestContext, script: string, limitS: number, env = ''): string {
  const outDir = mkdtempSync(join(tmpdir(), 'pharos-kernel-'));
  outDirs.push(outDir);
  writeFileSync(join(outDir, 'env'), env);
  const { status, stdout, stderr } = spawnSync(join(KERNEL, 'run.sh'), [join(KERNEL, script), outDir], {
    encoding: 'utf8',
    env: { ...process.env, LAB_LIMIT_S: `${limitS}` },
  });
  const output = `${stdout}${stderr}`;
  if (status === SKIPPED) {
    process.stderr.write(output);
    context.skip(output.trim());
  }
  expect(status, output).toBe(0);
  return outDir;
}

describe('kernel lab: stock Debian kernel, native HCI sockets', { timeout: 300_000 }, () => {
  it('is on air and senses tags again within a minute of each fault of the radio', (context) => {
    const outDir = runGuest(context, 'guest-faults.sh', 270, `export FAULTS_FLAGS=${isLong ? '--long' : ''}\n`);
    const rows = readFileSync(join(outDir, 'faults.jsonl'), 'utf8').trim().split('\n');
    process.stderr.write(`${rows.join('\n')}\n`);
    // Faults, and what the doctor said of some of them.
    expect(rows.length).toBe(isLong ? 16 : 13);
  });

  it('carries one advert to a coupon on hci0 and hci1', (context) => {
    const outDir = runGuest(context, 'guest-coupon.sh', 240);
    const journey = JSON.parse(readFileSync(join(outDir, 'journey.json'), 'utf8').trim()) as Journey;
    expect(journey).toMatchObject({ radio: 'hci0', dmVerified: true, via: 'reply', nodeId: 'taipei-1-door' });
    expect(journey.couponCode).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  });
});
