import { z } from 'zod';
import { countReaches, type Reach } from '../../core/member/reach.ts';
import { type Client, connect, read } from '../client.ts';
import { BYTE_ORDER_MARK, csvLine } from '../csv/write.ts';
import { EXIT, Failure } from '../failure.ts';
import { textsFor } from '../language.ts';
import { MEMBER_TEXTS } from '../member-texts.ts';
import { cellsOf, ExportedMember, fieldsPresent, namesPeople, readFields } from '../members/export-row.ts';
import { type Meant, readMeant } from '../members/meant.ts';
import { tellReach } from '../members/reach.ts';
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

const CUT_SHORT = { en: 'the list ends before its end', 'zh-TW': '名單還沒到結尾就中斷了' };

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
  const reaches: Reach[] = [];
  const rows = async function* (): AsyncIterable<ExportedMember> {
    for await (const row of exported(client, { ...meant, identities, why: options.why })) {
      if (row.reach !== undefined) reaches.push(row.reach);
      yield row;
    }
  };
  const sink = out === undefined ? { put: shell.out, keep: () => undefined, drop: () => undefined } : privateFile(out);
  try {
    const many = shell.json ? await writeJson(rows(), sink.put) : await writeCsv(rows, asked, identities, sink.put);
    sink.keep();
    const { reachable, unreached } = countReaches(reaches);
    shell.talk(`${textsFor(shell, MEMBER_TEXTS).exported(many)}\n`);
    if (many > 0 && reaches.length === many) shell.talk(`${tellReach(shell, reachable, many, unreached)}\n`);
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
  throw new Failure(EXIT.failed, 'cut_short', CUT_SHORT, { remedy: { en: 'try again', 'zh-TW': '請再試一次' } });
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
