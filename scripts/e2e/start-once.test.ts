import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Journey } from '../demo/passer-by.ts';

const START = fileURLToPath(new URL('../../dist/scripts/demo/main.js', import.meta.url));

function startOnce(...args: string[]): Promise<{ code: number | null; journey: Journey; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [START, '--once', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.once('error', reject);
    child.once('exit', (code) => {
      const last = stdout.trimEnd().split('\n').at(-1) ?? '';
      if (!last.startsWith('{')) reject(new Error(`no JSON line (exit ${code}): ${stderr}`));
      else resolve({ code, journey: JSON.parse(last) as Journey, stderr });
    });
  });
}

/** The device message's MAC, computed the long way by someone who knows only its layout. */
function macOf({ dm, hwid, dmKey }: Journey): string {
  const signed = Buffer.from(`${hwid}${dm?.slice(0, 14)}`, 'hex');
  return createHmac('sha256', Buffer.from(dmKey, 'hex')).update(signed).digest('hex').slice(0, 12);
}

describe('./scripts/start --once', { timeout: 60_000 }, () => {
  it('carries one advert to a coupon, and every fact can be recomputed', async () => {
    const { code, journey, stderr } = await startOnce();
    expect(stderr).toContain(journey.couponCode);
    expect(journey).toMatchObject({
      radio: 'virtual-air',
      hwid: '0a1b2c3d4e',
      dmVerified: true,
      via: 'reply',
      nodeId: 'taipei-1-door',
      decisionId: expect.stringMatching(/^dec_/),
      couponCode: expect.stringMatching(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/),
    });
    expect(journey.dm).toMatch(/^1[0-9a-f]0007[0-9a-f]{20}$/);
    expect(journey.dm?.slice(14)).toBe(macOf(journey));
    expect(journey.hops.map(({ name }) => name)).toEqual([
      'advert-on-air',
      'phone-heard',
      'line-event',
      'webhook-stored',
      'decided',
      'line-called',
      'chat-shown',
      'line-accepted',
    ]);
    expect(journey.totalMs).toBe((journey.hops.at(-1)?.atMs ?? 0) - (journey.hops[0]?.atMs ?? 0));
    expect(code).toBe(0);
  });

  it('gives no coupon when the air loses every advert', async () => {
    const { code, journey, stderr } = await startOnce('--air-loss', '1', '--lang', 'en');
    expect(stderr).toContain('No coupon arrived: the phone heard no LINE Beacon\n');
    expect(code).toBe(1);
    expect(journey).toMatchObject({ couponCode: null, hwid: null, dm: null, dmVerified: false, hops: [] });
  });

  it('does not verify a node whose key the registry does not know', async () => {
    const { code, journey, stderr } = await startOnce('--wrong-key', '--lang', 'zh-TW');
    expect(stderr).toMatch(/沒有收到優惠券：.*未發放，因為.+（untrusted_beacon）/s);
    expect(code).toBe(1);
    expect(journey).toMatchObject({ hwid: '0a1b2c3d4e', dmVerified: false, couponCode: null });
    expect(journey.dm?.slice(14)).toBe(macOf(journey));
  });
});
