import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { connectApart } from './sqlite-apart.ts';
import { isSqliteFault } from './sqlite-file.ts';

function freshPath(): string {
  const dir = mkdtempSync(join(tmpdir(), 'pharos-apart-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return join(dir, 'pharos.sqlite');
}

const run = (text: string) => ({ do: 'run', text, values: [] }) as const;

it('leaves this thread to its work while the file cannot be written', async () => {
  const path = freshPath();
  const connection = await connectApart(path);
  await connection.take(run('CREATE TABLE t (a)'));
  const rival = new SQLite(path);
  rival.exec('BEGIN IMMEDIATE');
  let written = false;
  const writing = Promise.resolve(connection.take(run('INSERT INTO t VALUES (1)'))).then(() => {
    written = true;
  });
  // Turns of this thread, while the other one waits for the lock: on one thread nobody would get to give it back.
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(written).toBe(false);
  rival.exec('COMMIT');
  rival.close();
  await writing;
  expect(await connection.take(run('SELECT a FROM t'))).toMatchObject({ rows: [{ a: 1 }] });
  await connection.close();
});

it('answers in the order it was asked, and all of it before it closes', async () => {
  const connection = await connectApart(freshPath());
  const told: string[] = [];
  const ask = async (text: string): Promise<void> => {
    await connection.take(run(text));
    told.push(text);
  };
  const texts = ['CREATE TABLE t (a)', 'INSERT INTO t VALUES (1)', 'SELECT a FROM t', 'DELETE FROM t'];
  const asked = texts.map(ask);
  await connection.close();
  expect(told).toEqual(texts);
  await Promise.all(asked);
  await expect(async () => await connection.take(run('SELECT 1'))).rejects.toThrow('closed');
});

it('goes on after a value that cannot be told to another thread', async () => {
  const connection = await connectApart(freshPath());
  const odd = { do: 'run', text: 'SELECT ?', values: [() => 1] } as const;
  await expect(async () => await connection.take(odd)).rejects.toThrow('could not be cloned');
  expect(await connection.take(run('SELECT 2 AS two'))).toMatchObject({ rows: [{ two: 2 }] });
  await connection.close();
});

it('refuses what is asked of a thread that ended as a fault of the disk, and tells of it once', async () => {
  const told: Error[] = [];
  const ends = join(import.meta.dirname, 'sqlite-ends.fixture.ts');
  const connection = await connectApart(freshPath(), {
    thread: new URL(`file://${ends}`),
    onLost: (error) => told.push(error),
  });
  const asked = [run('SELECT 1'), run('SELECT 2')].map(async (step) => await connection.take(step));
  for (const { status, ...rest } of await Promise.allSettled(asked)) {
    expect(status).toBe('rejected');
    expect('reason' in rest && isSqliteFault(rest.reason)).toBe(true);
  }
  await expect(async () => await connection.take(run('SELECT 3'))).rejects.toThrow('the thread of the database ended');
  expect(told).toMatchObject([{ message: expect.stringContaining('out of luck') }]);
});
