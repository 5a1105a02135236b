/**
 * Comma-separated values as spreadsheets write them (RFC 4180 and what became of it): separated by `,`, `;` or a tab,
 * lines ended by CR LF, LF or CR, quotes around what contains any of these, doubled where they are meant.
 *
 *   start of a cell ──"──► quoted ──"──► after a quote ──"──► quoted (one quote is meant)
 *        │ anything else                     │ separator, end of line: the cell ends
 *        ▼                                   ▼ anything else: a fault
 *     unquoted ── separator, end of line ──► start of a cell
 *
 * Invariant: text comes in parts of any size, cut anywhere, and the records are those of the whole.
 */
export interface CsvRecord {
  /** Where it begins, from 1; a quoted cell may go on over several lines. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Text that is no such file, from `line` on. */
export class CsvFault extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

export const SEPARATORS = [',', ';', '\t'] as const;
export type Separator = (typeof SEPARATORS)[number];

/** Longer is no cell but a quote that nobody closed. */
const MOST_CELL_CHARACTERS = 100_000;

export interface CsvParser {
  /** Records that are whole by now. Throws {@link CsvFault}. */
  push(text: string): CsvRecord[];
  /** What stands in the last line, which may lack its end. */
  end(): CsvRecord[];
}

export function csvParser(separator: Separator): CsvParser {
  let at: 'start' | 'unquoted' | 'quoted' | 'quote' = 'start';
  let cell = '';
  let cells: string[] = [];
  let line = 1;
  let begun = 1;
  /** A line feed that belongs to the carriage return before it. */
  let afterReturn = false;
  let records: CsvRecord[] = [];

  const endCell = (): void => {
    cells.push(cell);
    cell = '';
    at = 'start';
  };
  const endRecord = (): void => {
    endCell();
    // An empty line is no record of one empty cell.
    if (cells.length > 1 || cells[0] !== '') records.push({ line: begun, cells });
    cells = [];
  };
  const take = (character: string): void => {
    if (at === 'quoted') {
      if (character === '"') at = 'quote';
      else cell += character;
    } else if (character === separator) endCell();
    else if (character === '\n') endRecord();
    else if (character === '"' && at === 'start') at = 'quoted';
    else if (character === '"' && at === 'quote') {
      cell += '"';
      at = 'quoted';
    } else if (at === 'quote')
      throw new CsvFault(line, 'text stands behind a closed quote: double the quotes inside of quotes');
    else {
      cell += character;
      at = 'unquoted';
    }
    if (cell.length > MOST_CELL_CHARACTERS) throw new CsvFault(begun, 'a quote is opened and never closed');
  };
  const flush = (): CsvRecord[] => {
    const whole = records;
    records = [];
    return whole;
  };

  return {
    push(text) {
      for (const character of text) {
        const isReturn = character === '\r';
        const isNewLine = isReturn || (character === '\n' && !afterReturn);
        const isSecondHalf = character === '\n' && afterReturn;
        afterReturn = isReturn;
        if (isSecondHalf) continue;
        take(isReturn ? '\n' : character);
        if (!isNewLine) continue;
        line += 1;
        if (at !== 'quoted') begun = line;
      }
      return flush();
    },
    end() {
      if (at === 'quoted') throw new CsvFault(begun, 'a quote is opened and never closed');
      if (at !== 'start' || cell !== '' || cells.length > 0) endRecord();
      return flush();
    },
  };
}

/** The separator of a file by its first line: whichever stands there most outside of quotes. `sep=;` says it outright. */
export function separatorOf(firstLine: string): Separator {
  const said = /^sep=([,;\t])\s*$/i.exec(firstLine)?.[1];
  if (said !== undefined) return said as Separator;
  const bare = firstLine.replace(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((separator) => bare.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}
