import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { monoMs } from '../../protocol/units.ts';
import { DiskFaults } from './disk-faults.fixture.ts';
import { enter, NOW } from './outbox.fixture.ts';
import { openReaderStore } from './reader-store.ts';
import { openWriterStore } from './writer-store.ts';

/**
 * Run under the library that plays a bad disk: `bad-disk.fixture <folder> <control file> <scenario> <argument>`. Prints
 * one JSON line for each run.
 */
const [, , folder = '', control = '', scenario = '', argument = ''] = process.argv;
const faults = new DiskFaults(control, 'open');
const mono = () => monoMs(performance.now());
const POLICY = { slowMs: 200, slowInARow: 3, retryFirstMs: 20, retryMaxMs: 20 };

function open(name: string) {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  const paths = { diskPath: join(place, 'disk.sqlite'), memoryPath: join(place, 'memory.sqlite') };
  const modes: string[] = [];
  const store = openWriterStore({
    ...paths,
    mono,
    policy: POLICY,
    onMode: (mode) => modes.push(mode.at === 'disk' ? 'disk' : mode.why),
    onReplaced: ({ salvaged }) => modes.push(`replaced, ${salvaged} salvaged`),
  });
  return { store, paths, modes, place };
}

const now = () => ({ ...NOW, mono: mono() });

function untilOnDisk(store: ReturnType<typeof open>['store']): void {
  const deadline = mono() + 2_000;
  while (store.mode().at === 'memory' && mono() < deadline) store.outbox.tend(now());
}

/** What a fresh uplink sees, in its order. */
function seenBy(paths: { diskPath: string; memoryPath: string }) {
  const reader = openReaderStore({ ...paths, mono });
  const rows = reader.outbox.waiting(10_000);
  const depth = reader.outbox.depth();
  reader.close();
  return {
    rows: rows.map(({ epoch, seq, event }) => [`${epoch}:${seq}`, 'reason' in event ? event.reason : '']),
    depth,
  };
}

const say = (what: unknown): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

/** Fails every n-th sync in turn, until one run has gone by without being touched. */
function sweepSyncs(): void {
  for (let nth = 1; nth < 60; nth += 1) {
    faults.set({ syncs: 0, failFrom: nth, failUntil: nth });
    const { store, paths, modes, place } = open(`sync-${nth}`);
    for (let event = 0; event < 12; event += 1) store.outbox.append([enter(`event ${event}`)], now());
    untilOnDisk(store);
    const touched = faults.get('syncs') >= nth;
    faults.set({ failFrom: 0 });
    untilOnDisk(store);
    const mode = store.mode().at;
    store.close();
    say({ nth, touched, mode, modes, ...seenBy(paths) });
    rmSync(place, { recursive: true });
    if (!touched) return;
  }
}

/** Events under a fault that lasts, then without it. */
function lasting(fault: Parameters<DiskFaults['set']>[0], cure: Parameters<DiskFaults['set']>[0]): void {
  const { store, paths, modes } = open('lasting');
  for (let event = 0; event < 4; event += 1) store.outbox.append([enter(`event ${event}`)], now());
  faults.set(fault);
  for (let event = 4; event < 12; event += 1) store.outbox.append([enter(`event ${event}`)], now());
  const during = { mode: store.mode().at, ...seenBy(paths) };
  faults.set(cure);
  for (let event = 12; event < 16; event += 1) store.outbox.append([enter(`event ${event}`)], now());
  untilOnDisk(store);
  const after = { mode: store.mode().at, ...seenBy(paths) };
  store.close();
  say({ during, after, modes });
}

/** How many syncs so many ticks of so many events cost. */
function countSyncs(ticks: number): void {
  const { store } = open('count');
  faults.set({ syncs: 0 });
  for (let tick = 0; tick < ticks; tick += 1) {
    store.outbox.append([enter(`a ${tick}`), enter(`b ${tick}`), enter(`c ${tick}`)], now());
  }
  say({ syncs: faults.get('syncs') });
  store.close();
}

/** Dies with a commit in doubt, after its rows went to memory. */
function dieInDoubt(nth: number): void {
  const { store } = open('doubt');
  for (let event = 0; event < 3; event += 1) store.outbox.append([enter(`event ${event}`)], now());
  faults.set({ syncs: 0, failFrom: nth, failUntil: 1_000 });
  for (let event = 3; event < 6; event += 1) store.outbox.append([enter(`event ${event}`)], now());
  process.kill(process.pid, 'SIGKILL');
}

if (scenario === 'sweep') sweepSyncs();
if (scenario === 'write-errno') lasting({ writeErrno: Number(argument) }, { writeErrno: 0 });
if (scenario === 'slow') lasting({ delayUs: 250_000 }, { delayUs: 0 });
if (scenario === 'count') countSyncs(Number(argument));
if (scenario === 'die-in-doubt') dieInDoubt(Number(argument));
