import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parseWhole, parseWith } from '../arguments.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { textsFor, wordFor } from '../language.ts';
import { checkManifests } from '../manifest/check.ts';
import { progressBar } from '../progress.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import type { SimulationAnswer } from '../simulate/answer.ts';
import { play } from '../simulate/play.ts';
import { type SimulateTexts, TEXTS } from '../simulate/texts.ts';
import { isFit, tellFindings } from './validate.ts';

export interface SimulateOptions {
  readonly seed?: string;
  readonly people?: string;
  readonly date?: string;
  readonly quota?: string;
  readonly keep?: boolean;
}

const LocalDate = z.iso.date('a date looks like 2026-12-31');
const MOST_PEOPLE = 10_000;

/** `pharos simulate [path]`: these campaigns on a made-up day, by a service and a LINE platform of their own. */
export async function simulate(shell: Shell, path: string, options: SimulateOptions): Promise<ExitCode> {
  const seed = parseWhole('--seed', options.seed ?? '7', 0, 2 ** 31 - 1);
  const people = parseWhole('--people', options.people ?? '200', 1, MOST_PEOPLE);
  const date = options.date === undefined ? undefined : parseWith(LocalDate, '--date', options.date);
  const quota = options.quota === undefined ? undefined : parseWhole('--quota', options.quota, 0, 1_000_000_000);
  const checked = checkManifests(path);
  const fit = isFit(checked);
  if (!shell.json || !fit) tellFindings(shell, checked);
  if (!fit) return EXIT.failed;

  const texts = textsFor(shell, TEXTS);
  const folder = mkdtempSync(join(tmpdir(), 'pharos-simulation-'));
  const bar = progressBar(shell, texts.playing);
  try {
    const documents = checked.documents.map(({ document }) => document);
    const asked = { dataDir: join(folder, 'data'), seed, people, date, quota, documents };
    const result = await play(asked, (done, of) => bar.show(done, of)).finally(() => bar.end());
    if (shell.json) printJson(shell, result);
    else tell(shell, texts, result, options.keep === true);
  } finally {
    if (options.keep !== true) rmSync(folder, { recursive: true, force: true });
  }
  return EXIT.done;
}

function tell(shell: Shell, texts: SimulateTexts, result: SimulationAnswer, kept: boolean): void {
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([word, n]) => `${wordFor(texts.words, word)} ${n}`)
      .join(', ') || '0';
  const given = result.campaigns.reduce((sum, { outcomes }) => sum + (outcomes.granted ?? 0), 0);
  if (result.madeUp.length > 0) shell.talk(`${texts.madeUp(result.madeUp.join(', '))}\n`);
  shell.out(`${texts.about(result.date, result.seed)}\n\n`);
  const lines = [
    texts.people(result.people, result.friends, result.carriers),
    texts.passes(result.passes),
    texts.silent(list(result.silent)),
    texts.heard(list(result.heard)),
    texts.decided(result.decisions),
    texts.given(given),
    texts.messages(list(result.messages)),
    texts.redeemed(
      result.redeemed,
      Object.keys(result.refusedAtTill).length === 0 ? undefined : list(result.refusedAtTill),
    ),
  ];
  for (const line of lines) shell.out(`  ${line}\n`);
  shell.out('\n');
  printTable(shell, [
    texts.heads,
    ...result.campaigns.map(({ campaign, members, outcomes, messages, reasons }) => [
      ...[campaign, `${members.met}`, `${outcomes.granted ?? 0}`, `${members.given}`, `${outcomes.reissued ?? 0}`],
      ...[`${messages.reply}`, `${messages.push}`],
      Object.entries(reasons)
        .slice(0, 3)
        .map(([reason, n]) => `${wordFor(texts.reasons, reason)} ${n}`)
        .join(', '),
    ]),
  ]);
  shell.talk(`\n${texts.honest}\n`);
  shell.talk(kept ? lookingText(texts, result) : `${texts.keep}\n`);
}

function lookingText(texts: SimulateTexts, { dataDir }: SimulationAnswer): string {
  // LINE is out of reach on purpose: what still waits must not leave for the real one.
  const secrets = 'PHAROS_LINE_CHANNEL_SECRET=none PHAROS_LINE_CHANNEL_ACCESS_TOKEN=none';
  const line = `${secrets} PHAROS_LINE_API_BASE=http://127.0.0.1:9`;
  return [
    texts.kept(dataDir),
    `  ${line} pharos-cloud run --data-dir ${dataDir} --http-port 8089 --mqtt-port 0`,
    texts.look,
    `  PHAROS_DATA_DIR=${dataDir} pharos --server http://127.0.0.1:8089 events`,
    '',
  ].join('\n');
}
