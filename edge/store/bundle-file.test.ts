import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NodeBundle } from '../../protocol/messages/bundle.ts';
import { bundlePath, installBundle, readBundle } from './bundle-file.ts';

const bundle = (nodeId: string, over: object = {}): unknown => ({
  v: 1,
  nodeId,
  storeId: 'taipei-1',
  zone: 'entrance',
  hwid: '0a1b2c3d4e',
  nodeIndex: 7,
  dmKey: 'ab'.repeat(32),
  slotSeconds: 300,
  ibeacon: { uuid: 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38', major: 1, minor: 7, measuredPower: -59 },
  tagNamespaces: [],
  mqtt: { url: 'mqtt://127.0.0.1:1883', username: nodeId, password: 'a-secret-password' },
  ...over,
});
const parsed = (nodeId: string): NodeBundle => NodeBundle.parse(bundle(nodeId));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-bundle-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(content: string): string {
  const path = join(folder, 'given.json');
  writeFileSync(path, content);
  return path;
}

describe('reading', () => {
  it.each([
    { name: 'is no JSON', content: '{"dmKey": "abab', code: 'bundle-not-json', names: 'given.json' },
    {
      name: 'has a bad field',
      content: JSON.stringify(bundle('n', { hwid: 'xyz' })),
      code: 'bundle-invalid',
      names: 'hwid',
    },
    {
      name: 'has a bad field inside',
      content: JSON.stringify(bundle('n', { mqtt: { url: 'http://x', username: 'n', password: 'a-secret-password' } })),
      code: 'bundle-invalid',
      names: 'mqtt.url',
    },
    {
      name: 'has a port no machine has',
      content: JSON.stringify(
        bundle('n', { mqtt: { url: 'mqtt://x:99999', username: 'n', password: 'a-secret-password' } }),
      ),
      code: 'bundle-invalid',
      names: 'mqtts://host:8883',
    },
  ])('a file that $name says where, and nothing secret', ({ content, code, names }) => {
    const result = readBundle(file(content));
    expect(result).toMatchObject({ ok: false, reject: { code } });
    const detail = result.ok ? '' : result.reject.detail;
    expect(detail).toContain(names);
    expect(detail).not.toMatch(/abab|a-secret-password/);
  });

  it('a missing file is told apart', () => {
    expect(readBundle(join(folder, 'none'))).toMatchObject({ ok: false, reject: { code: 'bundle-missing' } });
  });
});

describe('installing', () => {
  it('puts it where the daemons look, for its owner only', () => {
    const dataDir = join(folder, 'new', 'data');
    expect(installBundle(bundlePath(dataDir), parsed('door'), { replace: false })).toMatchObject({ ok: true });
    expect(statSync(bundlePath(dataDir)).mode & 0o777).toBe(0o600);
    expect(readBundle(bundlePath(dataDir))).toMatchObject({ ok: true, value: { nodeId: 'door' } });
  });

  it('renews the same node, refuses another, replaces when told', () => {
    installBundle(bundlePath(folder), parsed('door'), { replace: false });
    expect(installBundle(bundlePath(folder), parsed('door'), { replace: false }).ok).toBe(true);
    const refused = installBundle(bundlePath(folder), parsed('till'), { replace: false });
    expect(refused).toMatchObject({ ok: false, reject: { code: 'bundle-other-node' } });
    expect(readBundle(bundlePath(folder))).toMatchObject({ value: { nodeId: 'door' } });
    expect(installBundle(bundlePath(folder), parsed('till'), { replace: true }).ok).toBe(true);
    expect(readBundle(bundlePath(folder))).toMatchObject({ value: { nodeId: 'till' } });
  });

  it('says where it may not write', () => {
    const path = bundlePath(file('no folder'));
    expect(installBundle(path, parsed('door'), { replace: true })).toMatchObject({
      reject: {
        code: 'bundle-unwritable',
        detail: expect.stringMatching(/given.json\/node.json cannot .*--data-dir$/),
      },
    });
  });

  it('does not overwrite a damaged bundle unasked', () => {
    writeFileSync(bundlePath(folder), 'half a bun');
    expect(installBundle(bundlePath(folder), parsed('door'), { replace: false }).ok).toBe(false);
    expect(installBundle(bundlePath(folder), parsed('door'), { replace: true }).ok).toBe(true);
  });
});
