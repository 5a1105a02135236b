import { z } from 'zod';
import { parseWhole } from '../arguments.ts';
import { connect, read } from '../client.ts';
import { type Texts, textsFor } from '../language.ts';
import { readMeant } from '../members/meant.ts';
import { ToldUnreached, tellReach } from '../members/reach.ts';
import { printJson, printTable, type Shell } from '../shell.ts';

const SegmentsAnswer = z.object({
  segments: z.array(z.object({ id: z.string(), name: z.string(), campaigns: z.array(z.string()) })),
});
const PreviewAnswer = z.object({
  count: z.number(),
  of: z.number(),
  reachable: z.number(),
  unreached: ToldUnreached,
  sample: z.array(z.object({ member: z.string(), tier: z.string().optional(), tags: z.array(z.string()) })),
});

interface SegmentTexts {
  readonly columns: readonly string[];
  readonly none: string;
  readonly count: (count: number, of: number, share: string) => string;
  readonly sample: readonly string[];
}

const TEXTS: Texts<SegmentTexts> = {
  en: {
    columns: ['SEGMENT', 'NAME', 'CAMPAIGNS'],
    none: 'there are no segments: write a file of the kind Segment and pharos apply it',
    count: (count, of, share) => `${count} of ${of} members now (${share})`,
    sample: ['SOME OF THEM', 'TIER', 'TAGS'],
  },
  'zh-TW': {
    columns: ['分眾', '名稱', '使用的活動'],
    none: '還沒有分眾：寫好 Segment 檔後以 pharos apply 套用',
    count: (count, of, share) => `目前 ${of} 位會員中有 ${count} 位（${share}）`,
    sample: ['其中幾位', '等級', '標記'],
  },
};

/** `pharos segment list`: segments, and the campaigns they reach. */
export async function segmentList(shell: Shell): Promise<void> {
  const texts = textsFor(shell, TEXTS);
  const answer = await connect(shell).get('/v1/segments');
  if (shell.json) {
    printJson(shell, { v: 1, ...z.looseObject({}).parse(answer) });
    return;
  }
  const { segments } = read(SegmentsAnswer, answer);
  if (segments.length === 0) return shell.talk(`${texts.none}\n`);
  printTable(shell, [
    texts.columns,
    ...segments.map(({ id, name, campaigns }) => [id, name, campaigns.join(', ') || '-']),
  ]);
}

/** `pharos segment preview <id|file>`: how many it means now, as the dispatcher would say, and some of them. */
export async function segmentPreview(
  shell: Shell,
  asked: string,
  { sample = '10', timeZone }: { readonly sample?: string; readonly timeZone?: string },
): Promise<void> {
  const texts = textsFor(shell, TEXTS);
  const many = parseWhole('--sample', sample, 0, 100);
  const answer = await connect(shell).post('/v1/segments/preview', { ...readMeant(asked, timeZone), sample: many });
  const told = read(PreviewAnswer, answer);
  if (shell.json) {
    printJson(shell, { v: 1, ...told });
    return;
  }
  const { count, of } = told;
  shell.out(`${texts.count(count, of, of === 0 ? '0%' : `${((100 * count) / of).toFixed(1)}%`)}\n`);
  if (count > 0) shell.out(`${tellReach(shell, told.reachable, count, told.unreached)}\n`);
  if (told.sample.length === 0) return;
  printTable(shell, [
    texts.sample,
    ...told.sample.map(({ member, tier, tags }) => [member, tier ?? '-', tags.join(', ')]),
  ]);
}
