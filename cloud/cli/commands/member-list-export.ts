import { z } from 'zod';
import { type Client, connect, read } from '../client.ts';
import { BYTE_ORDER_MARK, csvLine } from '../csv/write.ts';
import { EXIT, Failure } from '../failure.ts';
import { cellsOf, ExportedMember, fieldsPresent, namesPeople, readFields } from '../members/export-row.ts';
import { type Meant, readMeant } from '../members/meant.ts';
import { privateFile } from '../private-file.ts';
import type { Shell } from '../shell.ts';

export interface MemberListExportOptions {
  readonly segment?: string;
  readonly fields?: string;
  readonly identities?: boolean;
  readonly out?: string;
  readonly timeZone?: string;
  readonly why?: string;
}

const Row = z.union([z.object({ end: z.literal(true) }), ExportedMember]);

/**
 * `pharos member export [--segment <id|file>]`: members as a list, CSV or with `--json` a line of JSON each. What they
 * are called elsewhere (phones, cards, LINE user ids) only with `--identities`, for admins.
 */
export async function memberListExport(shell: Shell, options: MemberListExportOptions): Promise<void> {
  const { segment, out, timeZone } = options;
  const meant = segment === undefined ? {} : readMeant(segment, timeZone);
  const asked = options.fields === undefined ? undefined : readFields(options.fields);
  const identities = options.identities === true || (asked !== undefined && namesPeople(asked));
  const client = connect(shell);
  const rows = (): AsyncIterable<ExportedMember> => exported(client, { ...meant, identities, why: options.why });
  const sink = out === undefined ? { put: shell.out, keep: () => undefined, drop: () => undefined } : privateFile(out);
  try {
    const many = shell.json ? await writeJson(rows(), sink.put) : await writeCsv(rows, asked, identities, sink.put);
    sink.keep();
    shell.talk(many === 1 ? '1 member\n' : `${many} members\n`);
  } finally {
    sink.drop();
  }
}

async function* exported(client: Client, body: Partial<Meant> & { identities: boolean; why: string | undefined }) {
  for await (const line of client.lines('/v1/members/export', body)) {
    const row = read(Row, line);
    if ('end' in row) return;
    yield row;
  }
  throw new Failure(EXIT.failed, 'cut_short', 'the list ends before its end', { remedy: 'try again' });
}

async function writeJson(rows: AsyncIterable<ExportedMember>, put: (text: string) => void): Promise<number> {
  let many = 0;
  for await (const row of rows) {
    put(`${JSON.stringify(row)}\n`);
    many += 1;
  }
  return many;
}

/** Which columns there are shows only at the end: without `--fields` the members are kept until then. */
async function writeCsv(
  rows: () => AsyncIterable<ExportedMember>,
  asked: readonly string[] | undefined,
  identities: boolean,
  put: (text: string) => void,
): Promise<number> {
  const all: ExportedMember[] = [];
  if (asked === undefined) for await (const row of rows()) all.push(row);
  const fields = asked ?? fieldsPresent(all, identities);
  const titles = `${BYTE_ORDER_MARK}${csvLine(fields)}`;
  let many = 0;
  for await (const row of asked === undefined ? all : rows()) {
    // With the first row, so that what is refused leaves nothing behind.
    put(`${many === 0 ? titles : ''}${csvLine(cellsOf(row, fields))}`);
    many += 1;
  }
  if (many === 0) put(titles);
  return many;
}
