import { randomBytes } from 'node:crypto';
import { createWriteStream, openSync, readFileSync, writeFileSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import { accept, type Result, reject } from '../protocol/result.ts';
import type { EpochMs, MonoMs } from '../protocol/units.ts';
import { createHciRadio } from './radio/hci-radio.ts';
import { isAirLoaded } from './radio/libraries.ts';
import type { Scanner } from './radio/ports.ts';
import { listAdapters, type RadioChoiceRejectCode, selectRadio } from './radio/select-radio.ts';
import { parseReceiverTable, walkOfReceiver } from './radio/walk-csv.ts';
import { encodeWalkAdvert, encodeWalkHeader, parseWalk, type Walk, type WalkHeader } from './radio/walk-format.ts';
import { recordingScanner } from './radio/walk-recorder.ts';

/** The scanner alone of the radio `wanted` names; nothing is broadcast. Opens nothing yet. */
export function openScanner(
  wanted: string | undefined,
  airSocket: string | undefined,
  mono: () => MonoMs,
): Result<Scanner, RadioChoiceRejectCode> {
  const choice = selectRadio(wanted, { adapters: listAdapters(), airSocket, airLoaded: isAirLoaded() });
  return choice.ok ? accept(createHciRadio(choice.value, { mono }).scanner) : choice;
}

export type WalkFileRejectCode = 'file-missing' | 'file-exists' | 'file-unreadable' | 'walk-bad' | 'table-bad';

/** The walk in `file`; the reject names file and line. */
export function readWalk(file: string): Result<Walk, WalkFileRejectCode> {
  const text = readText(file);
  if (!text.ok) return text;
  const walk = parseWalk(text.value);
  if (walk.ok) return accept(walk.value);
  const { code, line, detail } = walk.reject;
  return reject('walk-bad', `${file}:${line}: ${code}: ${detail}`);
}

/** Makes a walk of what one receiver of a table of receivers heard. An existing walk is not overwritten. */
export function convertTable(
  file: string,
  receiver: string,
  out: string,
): Result<{ readonly adverts: number }, WalkFileRejectCode> {
  const text = readText(file);
  if (!text.ok) return text;
  const table = parseReceiverTable(text.value);
  const walk = table.ok ? walkOfReceiver(table.value, receiver) : table;
  if (!walk.ok) return reject('table-bad', `${file}: ${walk.reject.code}: ${walk.reject.detail}`);
  const { header, adverts } = walk.value;
  try {
    writeFileSync(out, [encodeWalkHeader(header), ...adverts.map(encodeWalkAdvert)].join(''), { flag: 'wx' });
  } catch (error) {
    return cannotWrite(out, error);
  }
  return accept({ adverts: adverts.length });
}

/** What the walk of a node says about it; without a bundle nothing is registered, and no payload is kept. */
export function headerOf(bundle: NodeBundle | undefined, startedAt: EpochMs, enterDbm?: number): WalkHeader {
  if (bundle === undefined) return { walk: 1, startedAt, node: { id: 'unknown' }, namespaces: [], hwids: [] };
  const range = enterDbm ?? bundle.enterDbm;
  return {
    walk: 1,
    startedAt,
    node: {
      id: bundle.nodeId,
      store: bundle.storeId,
      zone: bundle.zone,
      ...(range === undefined ? {} : { enterDbm: range }),
    },
    namespaces: bundle.tagNamespaces,
    hwids: [bundle.hwid],
  };
}

/** Records until `stop` settles. Rejects with `RadioUnavailable`; a disk that fills up ends the walk with its error. */
export async function recordWalk(
  scanner: Scanner,
  options: {
    readonly out: string;
    readonly header: WalkHeader;
    readonly mono: () => MonoMs;
    readonly stop: Promise<unknown>;
  },
): Promise<Result<{ readonly adverts: number }, WalkFileRejectCode>> {
  let fd: number;
  try {
    fd = openSync(options.out, 'wx', 0o600);
  } catch (error) {
    return cannotWrite(options.out, error);
  }
  const file = createWriteStream(options.out, { fd });
  const written = finished(file);
  // It may fail while the radio is still being opened; whoever waits for it below is told all the same.
  written.catch(() => undefined);
  let adverts = 0;
  file.write(encodeWalkHeader(options.header));
  const recording = recordingScanner(scanner, {
    header: options.header,
    startedMono: options.mono(),
    walkKey: randomBytes(32),
    write(advert) {
      adverts += 1;
      file.write(encodeWalkAdvert(advert));
    },
  });
  try {
    await recording.start({ onSighting: () => undefined, onState: () => undefined });
    await Promise.race([options.stop, written]);
    await recording.stop();
    file.end();
    await written;
  } catch (error) {
    if (error instanceof Error && error.name === 'RadioUnavailable') throw error;
    return cannotWrite(options.out, error);
  }
  return accept({ adverts });
}

function readText(file: string): Result<string, 'file-missing' | 'file-unreadable'> {
  try {
    return accept(readFileSync(file, 'utf8'));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return reject('file-missing', `${file} does not exist`);
    return reject('file-unreadable', `${file} cannot be read: ${String(error)}`);
  }
}

function cannotWrite(out: string, error: unknown): Result<never, 'file-exists' | 'file-unreadable'> {
  if (isErrno(error, 'EEXIST')) return reject('file-exists', `${out} exists already; remove it or choose another name`);
  return reject('file-unreadable', `${out} cannot be written: ${String(error)}`);
}

const isErrno = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
