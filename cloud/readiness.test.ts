import { expect, it } from 'vitest';
import { createReadiness } from './readiness.ts';

const open = (
  proveWritable: () => Promise<void>,
  faults: unknown[] = [],
  idleMs = 0,
  waits: string[] = [],
  newer: string[] = [],
) =>
  createReadiness({
    proveWritable,
    newerMigrations: async () => newer,
    wire: () => undefined,
    ownBroker: true,
    senderIdleMs: () => idleMs,
    waits: () => waits,
    tokenTrouble: () => undefined,
    onFault: (error) => void faults.push(error),
  });

it('says that the database fails without its own words, which the log gets', async () => {
  const faults: unknown[] = [];
  const fault = new Error('connect ECONNREFUSED postgres://pharos:secret@10.0.0.3');
  await expect(open(() => Promise.reject(fault), faults)()).rejects.toMatchObject({
    code: 'database_down',
    message: 'the database takes no write; the log says why',
  });
  expect(faults).toEqual([fault]);
});

it('does not wait for a database that does not answer', async () => {
  await expect(open(() => new Promise(() => undefined))()).rejects.toMatchObject({ code: 'database_slow' });
});

it('names a sender that does not get to look', async () => {
  const writable = async () => undefined;
  expect(await open(writable, [], 30_000)()).toEqual([]);
  expect(await open(writable, [], 31_000)()).toEqual(['nothing is sent: the sender has been stuck for 31 s']);
});

it('is not ready where what it took in waits for ever', async () => {
  const waits = ['events of LINE wait', 'events of nodes wait'];
  await expect(open(async () => undefined, [], 0, waits)()).rejects.toMatchObject({
    code: 'work_waits',
    message: 'events of LINE wait; events of nodes wait',
  });
});

it('names what a newer version has done to the database', async () => {
  expect(await open(async () => undefined, [], 0, [], ['0999_later'])()).toEqual([
    'a newer version has changed the database (0999_later): stop this process',
  ]);
});
