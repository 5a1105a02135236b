import { expect, it } from 'vitest';
import { createReadiness } from './readiness.ts';

const open = (proveWritable: () => Promise<void>, faults: unknown[] = [], idleMs = 0) =>
  createReadiness({
    proveWritable,
    wire: () => undefined,
    ownBroker: true,
    senderIdleMs: () => idleMs,
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
