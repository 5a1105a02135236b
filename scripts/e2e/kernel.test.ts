import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { Journey } from '../demo/passer-by.ts';

const KERNEL = fileURLToPath(new URL('../lab/kernel/', import.meta.url));
/** What run.sh says where no virtual machine can be had; it has named the missing package by then. */
const SKIPPED = 77;

const outDirs: string[] = [];

function runGuest(script: string): { status: number | null; output: string; outDir: string } {
  const outDir = mkdtempSync(join(tmpdir(), 'pharos-kernel-'));
  outDirs.push(outDir);
  const { status, stdout, stderr } = spawnSync(join(KERNEL, 'run.sh'), [join(KERNEL, script), outDir], {
    encoding: 'utf8',
    env: { ...process.env, LAB_LIMIT_S: '240' },
  });
  return { status, output: `${stdout}${stderr}`, outDir };
}

afterEach(() => {
  for (const dir of outDirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

describe('kernel lab: stock Debian kernel, native HCI sockets', { timeout: 300_000 }, () => {
  it('carries one advert to a coupon on hci0 and hci1', (context) => {
    const { status, output, outDir } = runGuest('guest-coupon.sh');
    if (status === SKIPPED) {
      process.stderr.write(output);
      context.skip(output.trim());
    }
    expect(status, output).toBe(0);
    const journey = JSON.parse(readFileSync(join(outDir, 'journey.json'), 'utf8').trim()) as Journey;
    expect(journey).toMatchObject({ radio: 'hci0', dmVerified: true, via: 'reply', nodeId: 'taipei-1-door' });
    expect(journey.couponCode).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  });
});
