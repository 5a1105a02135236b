import { createReadStream, statSync } from 'node:fs';
import { type Decoder, decoderFor } from '../csv/decode.ts';
import { CsvFault, type CsvParser, type CsvRecord, csvParser, type Separator, separatorOf } from '../csv/parse.ts';
import { EXIT, Failure } from '../failure.ts';
import { faultSaid } from '../fault-words.ts';

/** A list as a spreadsheet saved it, record by record: a file of any size is never in memory as a whole. */
export interface ListFile {
  readonly separator: Separator;
  /** Titles of the columns. */
  readonly titles: readonly string[];
  readonly records: AsyncIterable<CsvRecord>;
  /** How much of it was read, 0 to 1. */
  readonly share: () => number;
}

/** Throws {@link Failure}, also while the records are read. */
export async function openList(file: string, encoding: string | undefined): Promise<ListFile> {
  let read = 0;
  const size = sizeOf(file);
  const texts = textsOf(file, encoding, (bytes) => {
    read += bytes;
  });
  // The first line decides by what cells are separated.
  let head = '';
  while (!/[\r\n]./.test(head)) {
    const next = await texts.next();
    if (next.done === true) break;
    head += next.value;
  }
  const [firstLine = ''] = head.split(/[\r\n]/, 1);
  const separator = separatorOf(firstLine);
  const isHint = /^sep=/i.test(firstLine);
  const all = recordsOf(file, csvParser(separator), head, texts)[Symbol.asyncIterator]();
  if (isHint) await all.next();
  const title = await all.next();
  if (title.done === true) {
    throw new Failure(EXIT.failed, 'empty_file', NO_TITLES, { where: file });
  }
  return {
    separator,
    titles: title.value.cells.map((cell) => cell.trim()),
    records: { [Symbol.asyncIterator]: () => all },
    share: () => (size === 0 ? 1 : read / size),
  };
}

const NO_TITLES = { en: 'the file has no line of column titles', 'zh-TW': '檔案沒有欄名列' };

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch (error) {
    throw unreadable(file, error);
  }
}

const unreadable = (file: string, error: unknown): Failure => {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return new Failure(
    isMissing ? EXIT.notFound : EXIT.failed,
    isMissing ? 'no_such_file' : 'unreadable',
    faultSaid(error),
    {
      where: file,
      remedy: { en: 'name a CSV file that you may read', 'zh-TW': '請指定可以讀取的 CSV 檔' },
    },
  );
};

async function* textsOf(
  file: string,
  encoding: string | undefined,
  onBytes: (bytes: number) => void,
): AsyncGenerator<string> {
  let decoder: Decoder | undefined;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      decoder ??= decoderFor(chunk, encoding, file);
      onBytes(chunk.length);
      yield decoder.decode(chunk);
    }
  } catch (error) {
    throw error instanceof Failure ? error : unreadable(file, error);
  }
  if (decoder !== undefined) yield decoder.end();
}

async function* recordsOf(
  file: string,
  parser: CsvParser,
  head: string,
  texts: AsyncIterable<string>,
): AsyncGenerator<CsvRecord> {
  try {
    yield* parser.push(head);
    for await (const text of texts) yield* parser.push(text);
    yield* parser.end();
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    throw new Failure(
      EXIT.failed,
      'bad_csv',
      { en: error.message, 'zh-TW': `檔案不是正確的 CSV（${error.message}）` },
      { where: `${file}:${error.line}` },
    );
  }
}
