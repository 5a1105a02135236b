import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { REFUSAL_REASONS } from '../core/decide/reasons.ts';
import { decisionLine, replayedLines } from '../replay.fixture.ts';
import type { StoreContext } from '../store/context.ts';
import { recordedDecisions } from '../store/recorded.ts';
import { CAMPAIGNS, DATE, STREET, troubles } from './day.fixture.ts';
import { simulate } from './simulate.ts';

interface Span {
  readonly since: EpochMs;
  readonly until: EpochMs;
}

/** Event, version, subject, outcome and reason of every decision, in no order of their own. */

/** What came by LINE is named by the id of its row; all else by its source. */
async function recorded(store: StoreContext, span: Span): Promise<string[]> {
  const ofLine = await store.db.selectFrom('event').select('id').where('ear', '=', 'line').execute();
  const rows = new Set<string>(ofLine.map(({ id }) => id));
  const pages = [];
  for await (const page of recordedDecisions(store, span)) pages.push(page);
  return pages
    .flat()
    .map(({ source, event, member, ...row }) =>
      decisionLine({ ...row, event: rows.has(event) ? event : source, memberId: member }),
    )
    .sort();
}

it('a day of the whole service, judged again, comes to the same decisions for nearly every reason there is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-day-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const told: string[] = [];
  const result = await simulate(
    { dataDir: join(folder, 'data'), seed: 7, people: 70, date: DATE, quota: 60, documents: [...STREET, ...CAMPAIGNS] },
    {
      beside: troubles(epochMs(Date.parse(`${DATE}T06:00:00+08:00`))),
      async look({ store }, span) {
        told.push(...(await recorded(store, span)));
        expect(await replayedLines(store, span)).toEqual(told);
      },
    },
  );
  const reasons = new Set(told.map((one) => one.split(' ').at(-1)));
  const met = REFUSAL_REASONS.filter((reason) => reasons.has(reason));
  expect(met.length, `missing: ${REFUSAL_REASONS.filter((reason) => !reasons.has(reason))}`).toBeGreaterThanOrEqual(20);
  expect(result.redeemed).toBeGreaterThan(0);
  expect(result.decisions).toBe(told.length);
}, 60_000);

it('is the same day for the same seed, and another one for another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-day-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [tea] = CAMPAIGNS;
  if (tea === undefined) throw new Error('there is no campaign');
  const day = async (name: string, seed: number) => {
    const dataDir = join(folder, name);
    const { seed: _seed, ...result } = await simulate({ dataDir, seed, people: 20, date: DATE, documents: [tea] });
    return { ...result, dataDir: '' };
  };
  const first = await day('a', 7);
  expect(await day('b', 7)).toEqual(first);
  expect(await day('c', 8)).not.toEqual(first);
}, 60_000);
