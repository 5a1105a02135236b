import { epochMs } from '../../../protocol/units.ts';
import { datesFrom, localTime } from '../../core/calendar.ts';
import { schemaOfAll } from '../../core/manifest/json-schema.ts';
import { campaignFiles, SCHEMA_FILE, writeFiles } from '../init/files.ts';
import { NODES_YAML, README, STORES_YAML } from '../init/house-files.ts';
import { TEMPLATES } from '../init/templates.ts';
import { printJson, type Shell } from '../shell.ts';

const ZONE = 'Asia/Taipei';
const DAYS = 90;

/** First and last day of a campaign that begins today. */
export function datesFromToday(now: number): { readonly from: string; readonly until: string } {
  const from = localTime(epochMs(now), ZONE).date;
  return { from, until: datesFrom(from, DAYS + 1).at(-1)?.date ?? from };
}

/** `pharos init [folder]`: two shops, a beacon and five campaigns to begin with. */
export function init(shell: Shell, folder: string, { force = false }: { readonly force?: boolean }): void {
  const dates = datesFromToday(Date.now());
  const files = new Map<string, string>([
    ['README.md', README],
    [SCHEMA_FILE, `${JSON.stringify(schemaOfAll(shell.language), undefined, 2)}\n`],
    ['stores.yaml', STORES_YAML],
    ['nodes.yaml', NODES_YAML],
    ...Object.entries(TEMPLATES).flatMap(([id, template]) =>
      campaignFiles(template, {
        id,
        stores: ['food-court'],
        redeemAt: id === 'food-court-sample' ? ['main-shop'] : ['*'],
        home: 'main-shop',
        ...dates,
      }),
    ),
  ]);
  writeFiles(folder, files, force);
  if (shell.json) printJson(shell, { folder, files: [...files.keys()] });
  else tellWritten(shell, folder, [...files.keys()]);
}

function tellWritten(shell: Shell, folder: string, paths: readonly string[]): void {
  for (const path of paths) shell.out(`${path}\n`);
  shell.talk(
    shell.language === 'zh-TW'
      ? `下一步：請看 ${folder}/README.md，然後執行 pharos validate ${folder}\n`
      : `Next: read ${folder}/README.md, then run: pharos validate ${folder}\n`,
  );
}
