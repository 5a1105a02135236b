import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventually, openSandbox } from './sandbox.fixture.ts';

it('follows a file, and refuses to start with one that makes no sense', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-faults-'));
  const faultsFile = join(folder, 'faults.json');
  const write = (faults: object) => writeFileSync(faultsFile, JSON.stringify(faults));
  write({ api: [{ kind: 'hiccup' }] });
  await expect(openSandbox({ faultsFile })).rejects.toThrow(/faults\.json make no sense/);
  write({ api: [{ kind: 'slow', times: 3 }] });
  const sandbox = await openSandbox({ faultsFile });
  const planted = async () => (await sandbox.control('GET', '/faults')).body;
  expect(await planted()).toMatchObject({ api: [{ kind: 'slow', times: 3 }] });
  write({ webhook: [{ kind: 'lose' }] });
  await eventually(async () => expect(await planted()).toMatchObject({ api: [], webhook: [{ kind: 'lose' }] }));
  await sandbox.close();
  rmSync(folder, { recursive: true });
});
