import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseHex, toHex } from '../../protocol/bytes.ts';
import { verifyDm } from '../../protocol/device-message.ts';
import { decodeFrame } from '../../protocol/frames/frame.ts';
import { encodeIBeacon } from '../../protocol/frames/ibeacon.ts';
import { encodeLineSecure } from '../../protocol/frames/line-secure.ts';
import { encodeLineSimple } from '../../protocol/frames/line-simple.ts';
import { sampleBundle } from '../../protocol/lab/sample-bundle.ts';
import { epochMs, measuredPowerDbm } from '../../protocol/units.ts';

// Our emulated controllers are our own reading of the standard. BlueZ wrote another one; both must agree on the bytes.

const KERNEL = fileURLToPath(new URL('../lab/kernel/', import.meta.url));
const SKIPPED = 77;
const BUNDLE = sampleBundle({
  ibeacon: { uuid: 'f7826da6-4fa2-4e98-8024-bc5b71e0893e', major: 1, minor: 7, measuredPower: -59 },
  tagNamespaces: [],
  lineSecure: { vendorKey: 'a1b2c3d4', lotKey: '0011223344556677' },
});
const LINE_REGION = '0201061aff4c000215d0d2ce249efc11e582c41c6a7a17ef384c494e45c5';
/** Non-connectable and not scannable: nobody can silence the beacon by connecting to it. */
const ADV_NONCONN_IND = 3;

let outDir: string;
let run: { readonly status: number | null; readonly output: string; readonly endedAt: number };

beforeAll(() => {
  outDir = mkdtempSync(join(tmpdir(), 'pharos-btvirt-'));
  mkdirSync(join(outDir, 'bundles'));
  for (const profile of ['line-and-ibeacon', 'line-secure']) {
    writeFileSync(join(outDir, 'bundles', `${profile}.json`), JSON.stringify(BUNDLE), { mode: 0o600 });
  }
  const { status, stdout, stderr } = spawnSync(join(KERNEL, 'run.sh'), [join(KERNEL, 'guest-btvirt.sh'), outDir], {
    encoding: 'utf8',
    env: { ...process.env, LAB_LIMIT_S: '150' },
  });
  run = { status, output: `${stdout}${stderr}`, endedAt: Date.now() };
}, 300_000);
afterAll(() => rmSync(outDir, { recursive: true, force: true }));

/** The payloads heard of a profile, each once. */
function heard(profile: string): string[] {
  const lines = readFileSync(join(outDir, `${profile}.heard`), 'utf8')
    .trim()
    .split('\n');
  const reports = lines.map((line) => JSON.parse(line) as { pduType: number; data: string });
  expect(new Set(reports.map(({ pduType }) => pduType))).toEqual(new Set([ADV_NONCONN_IND]));
  return [...new Set(reports.map(({ data }) => data))].toSorted();
}

/** A cross-check of the lab itself against another emulator: under a minute, and only with the long runs. */
describe.runIf(process.env['PHAROS_TEST_LONG'] === '1')('kernel lab with BlueZ as the controllers', () => {
  it('ran', (context) => {
    if (run.status === SKIPPED) context.skip(run.output.trim());
    expect(run.status, run.output).toBe(0);
  });

  it('hears the default profile to the byte', (context) => {
    if (run.status === SKIPPED) context.skip();
    const { hwid, ibeacon, slotSeconds, dmKey, nodeIndex } = BUNDLE;
    const measuredPower = measuredPowerDbm(ibeacon.measuredPower);
    const payloads = heard('line-and-ibeacon');
    const beacon = toHex(encodeIBeacon({ ...ibeacon, measuredPower }));
    expect(payloads).toContain(beacon);
    const line = payloads.filter((payload) => payload !== beacon);
    // One device message, or two where a slot ended meanwhile.
    expect([1, 2]).toContain(line.length);
    for (const payload of line) {
      const frame = decodeFrame(parseHex(payload) ?? new Uint8Array(0));
      const dm = frame.ok && frame.value.kind === 'line-simple-beacon' ? frame.value.dm : expect.fail(payload);
      expect(payload).toBe(toHex(encodeLineSimple({ hwid, dm })));
      const keyOf = () => parseHex(dmKey);
      const verdict = verifyDm({ dm, hwid, at: epochMs(run.endedAt), slotSeconds, keyOf });
      expect(verdict).toEqual({ verdict: 'signed', nodeIndex });
    }
  });

  it('hears the secure profile to the byte, its first steps', (context) => {
    if (run.status === SKIPPED) context.skip();
    const { hwid } = BUNDLE;
    const keys = {
      vendorKey: parseHex('a1b2c3d4') ?? new Uint8Array(0),
      lotKey: parseHex('0011223344556677') ?? new Uint8Array(0),
    };
    const steps = [0n, 1n, 2n].map((timestamp) => toHex(encodeLineSecure({ hwid, timestamp, ...keys, battery: 0 })));
    const payloads = heard('line-secure');
    expect(payloads).toContain(LINE_REGION);
    expect(payloads).toContain(steps[0]);
    expect([LINE_REGION, ...steps]).toEqual(expect.arrayContaining(payloads));
  });
});
