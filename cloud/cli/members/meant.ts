import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { explainMessage } from '../../../protocol/messages/explain.ts';
import { isTimeZone } from '../../core/calendar.ts';
import { SegmentField, SegmentManifest } from '../../core/manifest/segment.ts';
import type { SegmentExpr } from '../../core/segment/types.ts';
import { notATimeZone } from '../arguments.ts';
import { EXIT, Failure, misuse } from '../failure.ts';
import { faultSaid } from '../fault-words.ts';

/** Who is meant, as the server is asked. */
export interface Meant {
  readonly who: SegmentExpr;
  readonly timeZone?: string;
}

const IS_FILE = /\.(ya?ml|json)$/i;

/** A segment that was applied, by its id; or one in a file that was not, a Segment manifest or its condition alone. */
export function readMeant(asked: string, timeZone: string | undefined): Meant {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw misuse(notATimeZone(timeZone));
  }
  const who = IS_FILE.test(asked) || existsSync(asked) ? readSegmentFile(asked) : { segment: asked };
  return { who, ...(timeZone !== undefined && { timeZone }) };
}

function readSegmentFile(file: string): SegmentExpr {
  let value: unknown;
  try {
    value = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Failure(
      isMissing ? EXIT.notFound : EXIT.failed,
      isMissing ? 'no_such_file' : 'unreadable',
      faultSaid(error),
      {
        where: file,
        remedy: {
          en: 'name a segment that was applied, or a file with one',
          'zh-TW': '請寫已套用的分眾 id，或含有分眾的檔案',
        },
      },
    );
  }
  const isManifest = typeof value === 'object' && value !== null && 'kind' in value;
  const parsed = isManifest
    ? SegmentManifest.transform(({ spec }) => spec.who).safeParse(value)
    : SegmentField.safeParse(value);
  if (parsed.success) return parsed.data;
  const why = explainMessage(parsed.error, () => []);
  throw new Failure(
    EXIT.failed,
    'bad_segment',
    { en: why, 'zh-TW': `分眾檔的內容有誤（${why}）` },
    {
      where: file,
      remedy: { en: 'pharos help segments says how one is written', 'zh-TW': '寫法請看 pharos help segments' },
    },
  );
}
