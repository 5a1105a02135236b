import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Ratio } from './ingest.ts';

/**
 * How long people wait for the command line: Node that does nothing, `pharos --help`, and `pharos validate` of many
 * campaigns, taken in turns, so that a busy moment of the machine falls on all of them.
 */
export interface CliFigures {
  readonly campaigns: number;
  /** Wall time in milliseconds, one a round. */
  readonly bareMs: readonly number[];
  readonly helpMs: readonly number[];
  readonly validateMs: readonly number[];
  readonly medians: { readonly bareMs: number; readonly helpMs: number; readonly validateMs: number };
  /** All at most their goals. */
  readonly ratios: readonly Ratio[];
}

const HELP_GOAL = 1.5;
const VALIDATE_GOAL_MS = 2000;

/** Throws where a command does not end well. */
export function measureCli({ rounds, campaigns }: { readonly rounds: number; readonly campaigns: number }): CliFigures {
  const folder = mkdtempSync(join(tmpdir(), 'pharos-bench-cli-'));
  try {
    writeCampaigns(folder, campaigns);
    // The built program where this is built, the source where this is the source.
    const main = join(import.meta.dirname, '..', 'cli', `main${extname(import.meta.filename)}`);
    const sides = {
      bareMs: ['-e', '0'],
      helpMs: [main, '--help'],
      validateMs: [main, 'validate', folder],
    };
    // The first time of each reads the files from disk, and counts for none.
    for (const argv of Object.values(sides)) timed(argv);
    const figures: Record<keyof typeof sides, number[]> = { bareMs: [], helpMs: [], validateMs: [] };
    for (let round = 0; round < rounds; round += 1) {
      for (const side of Object.keys(sides) as (keyof typeof sides)[]) figures[side].push(timed(sides[side]));
    }
    const medians = {
      bareMs: median(figures.bareMs),
      helpMs: median(figures.helpMs),
      validateMs: median(figures.validateMs),
    };
    const ratios = [
      { name: 'help / bare', value: medians.helpMs / medians.bareMs, goal: HELP_GOAL },
      { name: `validate of ${campaigns} / 2 s`, value: medians.validateMs / VALIDATE_GOAL_MS, goal: 1 },
    ];
    return { campaigns, ...figures, medians, ratios };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function timed(argv: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const took = performance.now() - start;
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr.slice(0, 500)}`);
  return took;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;

/** A chain of shops, and campaigns of all kinds with two texts each. */
function writeCampaigns(folder: string, campaigns: number): void {
  const stores = Array.from(
    { length: 20 },
    (_, index) =>
      `apiVersion: pharos/v1\nkind: Store\nmetadata: { id: shop-${index} }\nspec: { timeZone: Asia/Taipei, hours: 10:00-22:00 }\n`,
  );
  writeFileSync(join(folder, 'stores.yaml'), stores.join('---\n'));
  const messages = join(folder, 'messages');
  mkdirSync(messages);
  for (let index = 0; index < campaigns; index += 1) {
    const store = `shop-${index % 20}`;
    const trigger =
      index % 2 === 0
        ? `{ on: enter, at: { stores: [${store}] } }`
        : `{ on: keyword, phrases: [phrase ${index}, 關鍵字${index}] }\n  home: ${store}`;
    const yaml = `apiVersion: pharos/v1
kind: Campaign
metadata: { id: campaign-${index}, name: 活動 ${index} }
spec:
  trigger: ${trigger}
  audience: { all: [{ tier: { in: [gold, silver] } }, { not: { tag: staff } }] }
  active: { from: 2026-01-01, until: 2099-12-31, hours: 11:00-20:00 }
  offer:
    coupon: { value: { percent: 20 }, redeemableAt: [shop-*] }
    message: { template: messages/campaign-${index}.liquid.json }
  limits: { perMember: { max: 1, per: P30D }, stock: 500 }
`;
    writeFileSync(join(folder, `campaign-${index}.yaml`), yaml);
    for (const end of ['', '.zh-TW']) {
      const text = `{ "type": "text", "text": "${index} {{ coupon.value }} {{ coupon.code }}${end}" }\n`;
      writeFileSync(join(messages, `campaign-${index}${end}.liquid.json`), text);
    }
  }
}
