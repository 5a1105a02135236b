import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, type TestContext } from 'vitest';
import { monoMs } from '../../protocol/units.ts';
import { needSystem, system } from './disk-faults.fixture.ts';
import { enter, NOW, rowsOf } from './outbox.fixture.ts';
import { openWriterStore } from './writer-store.ts';

/**
 * The writer runs on a file system inside a file and is killed at some moment. A copy of that file, taken then, holds
 * what had reached the "disk" and nothing of what the kernel still had in memory: that is the disk after a power cut.
 */
const CHILD = join(import.meta.dirname, 'steady-writer.fixture.ts');
const POINTS = process.env['PHAROS_TEST_LONG'] === '1' ? 100 : 20;

let folder: string;
let mounted: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pharos-power-'));
  mounted = [];
});
afterEach(() => {
  for (const place of mounted) system('umount', place);
  rmSync(folder, { recursive: true });
});

function mount(context: TestContext, image: string, name: string): string {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  try {
    system('mount', '-o', 'loop', image, place);
  } catch (error) {
    return context.skip(`this machine cannot mount a file system in a file: ${String(error)}`);
  }
  mounted.push(place);
  return place;
}
function unmount(place: string): void {
  system('umount', place);
  mounted = mounted.filter((other) => other !== place);
}

/** Repeatable: the moments are the same in every run, as far as the machine allows. */
const momentOf = (point: number): number => 5 + ((point * 7_919) % 97);

/** One life of the writer, killed that long after its first word; what it has said is what it was promised. */
async function writeUntilKilled(place: string, life: number): Promise<readonly string[]> {
  const child = spawn(
    process.execPath,
    [CHILD, join(place, 'edge.sqlite'), join(folder, 'memory.sqlite'), String(life)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), momentOf(life));
    said += chunk.toString();
  });
  const ended = once(child, 'close');
  await ended;
  expect(child.signalCode).toBe('SIGKILL');
  return said.slice(0, said.lastIndexOf('\n')).split('\n');
}

/** Opens what lies there as the next process would, lets it write, and returns its rows. */
function wake(place: string, names: Map<string, string>, life: string): ReadonlySet<string> {
  const store = openWriterStore({
    diskPath: join(place, 'edge.sqlite'),
    memoryPath: join(folder, 'memory.sqlite'),
    mono: () => monoMs(performance.now()),
    onMode: ({ at }) => expect(at).toBe('disk'),
    onReplaced: () => expect.fail('the database was damaged'),
  });
  try {
    store.outbox.append([enter(`${life} a`), enter(`${life} b`)], NOW);
    const rows = rowsOf(store.outbox);
    expect(store.outbox.depth().waiting).toBe(rows.length);
    const reasons = rows.map(({ event }) => ('reason' in event ? event.reason : ''));
    for (const [index, { epoch, seq }] of rows.entries()) {
      const name = `${epoch}:${seq}`;
      expect(names.get(name) ?? reasons[index], name).toBe(reasons[index]);
      names.set(name, reasons[index] ?? '');
    }
    expect(new Set(reasons).size).toBe(reasons.length);
    return new Set(reasons);
  } finally {
    store.close();
  }
}

it(`a power cut at any of ${POINTS} moments loses nothing append returned from, and no name is used twice`, {
  timeout: POINTS * 6_000,
}, async (context) => {
  needSystem(context, { 'mkfs.ext4': 'e2fsprogs', mount: 'mount' });
  const image = join(folder, 'disk.img');
  system('truncate', '-s', '48M', image);
  system('mkfs.ext4', '-q', '-F', image);
  const disk = mount(context, image, 'disk');
  const names = new Map<string, string>();
  const promised: string[] = [];
  for (let point = 0; point < POINTS; point += 1) {
    promised.push(...(await writeUntilKilled(disk, point)));
    const cut = join(folder, 'cut.img');
    copyFileSync(image, cut);
    const copy = mount(context, cut, 'copy');
    // Every copy goes on in a life of its own, beside the node's later ones: an old disk put back.
    const found = wake(copy, names, `copy ${point}`);
    unmount(copy);
    expect(promised.filter((reason) => !found.has(reason))).toEqual([]);
  }
  const found = wake(disk, names, 'at last');
  expect(promised.filter((reason) => !found.has(reason))).toEqual([]);
  expect(promised.length).toBeGreaterThan(POINTS * 3);
});
