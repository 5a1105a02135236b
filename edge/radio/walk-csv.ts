import { encodeIBeacon, type IBeaconFrame } from '../../protocol/frames/ibeacon.ts';
import { ProximityUuid } from '../../protocol/ids.ts';
import { accept, type Result, reject } from '../../protocol/result.ts';
import { epochMs, measuredPowerDbm, rssiDbm } from '../../protocol/units.ts';
import type { Walk, WalkAdvert } from './walk-format.ts';

/** The card that the transmitter of a converted recording is played by. */
export const CONVERTED_CARD: Omit<IBeaconFrame, 'kind'> = {
  uuid: ProximityUuid.parse('2f234454-cf6d-4a0f-adf2-f4911ba9ffa6'),
  major: 1,
  minor: 1,
  measuredPower: measuredPowerDbm(-59),
};

export type CsvRejectCode = 'csv-empty' | 'csv-header' | 'csv-receiver' | 'csv-row' | 'csv-order';

/** One recording of several receivers: a row a slot, a column a receiver. */
export interface ReceiverTable {
  readonly receivers: readonly string[];
  readonly rows: readonly {
    readonly atMs: number;
    /** dBm by the order of `receivers`; `undefined` where nothing was heard. */
    readonly dbm: readonly (number | undefined)[];
    /** The row's `Label` column, where there is one. */
    readonly label: string | undefined;
  }[];
}

/** How long a slot of the recordings lasts. */
const SLOT_MS = 100;
/** What their authors wrote where a receiver heard nothing. */
const NOT_HEARD = '-100';
const SLOT_COLUMN = 'superframe';
const LABEL_COLUMN = 'Label';

/** Reads a table whose first column numbers the slots; every column between that and `Label` is a receiver. */
export function parseReceiverTable(text: string): Result<ReceiverTable, CsvRejectCode> {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const header = lines[0]?.split(',');
  if (header === undefined) return reject('csv-empty', 'line 1: the file is empty');
  const labelAt = header.indexOf(LABEL_COLUMN);
  const receivers = header.slice(1, labelAt < 0 ? undefined : labelAt);
  if (header[0] !== SLOT_COLUMN || receivers.length === 0) {
    return reject(
      'csv-header',
      `line 1: the columns must be "${SLOT_COLUMN}", one per receiver, then "${LABEL_COLUMN}"`,
    );
  }
  const rows: ReceiverTable['rows'][number][] = [];
  for (const [index, line] of lines.slice(1).entries()) {
    const cells = line.split(',');
    const slot = Number(cells[0]);
    const levels = cells.slice(1, receivers.length + 1);
    if (cells.length !== header.length || !Number.isInteger(slot) || levels.some((cell) => !/^-?\d+$/.test(cell))) {
      return reject(
        'csv-row',
        `line ${index + 2}: expected ${header.length} numbers, a slot and one level per receiver`,
      );
    }
    const atMs = slot * SLOT_MS;
    if (atMs < (rows.at(-1)?.atMs ?? 0)) return reject('csv-order', `line ${index + 2}: slot ${slot} runs backwards`);
    const dbm = levels.map((cell) => (cell === NOT_HEARD ? undefined : rssiDbm(Number(cell))));
    rows.push({ atMs, dbm, label: labelAt < 0 ? undefined : cells[labelAt] });
  }
  return accept({ receivers, rows });
}

/** What one receiver heard, as a walk past a node of its name. */
export function walkOfReceiver(table: ReceiverTable, receiver: string): Result<Walk, CsvRejectCode> {
  const column = table.receivers.indexOf(receiver);
  if (column < 0) {
    return reject('csv-receiver', `there is no receiver "${receiver}"; there are ${table.receivers.join(', ')}`);
  }
  const payload = encodeIBeacon(CONVERTED_CARD);
  const begin = table.rows[0]?.atMs ?? 0;
  const adverts = table.rows.flatMap(({ atMs, dbm }): WalkAdvert[] => {
    const heard = dbm[column];
    const rssi = heard === undefined ? undefined : rssiDbm(heard);
    return rssi === undefined ? [] : [{ t: atMs - begin, from: 'card', rssi, payload }];
  });
  return accept({
    header: {
      walk: 1,
      startedAt: epochMs(0),
      node: { id: receiver },
      namespaces: [CONVERTED_CARD.uuid],
      hwids: [],
    },
    adverts,
    truncated: false,
  });
}
