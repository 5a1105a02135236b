import { nearMiss } from '../../../protocol/near-miss.ts';
import { own } from '../../../protocol/own.ts';
import { PatternField, SlugField } from '../../core/manifest/fields.ts';
import { parseWith } from '../arguments.ts';
import { didYouMean, misuse } from '../failure.ts';
import { campaignFiles, writeFiles } from '../init/files.ts';
import type { CampaignTemplate } from '../init/template.ts';
import { TEMPLATES } from '../init/templates.ts';
import { printJson, type Shell } from '../shell.ts';
import { datesFromToday } from './init.ts';

export interface CampaignNewOptions {
  readonly template: string;
  readonly store?: readonly string[];
  readonly redeemAt?: readonly string[];
  readonly folder: string;
  readonly force?: boolean;
}

/** `pharos campaign new <id> --template <name>`: one campaign and its message files, dated from today. */
export function campaignNew(shell: Shell, id: string, options: CampaignNewOptions): void {
  const { template, store = ['main-shop'], redeemAt = store, folder, force = false } = options;
  const made = templateNamed(template);
  const stores = store.map((one) => parseWith(PatternField, '--store', one));
  const home = stores.find((one) => SlugField.safeParse(one).success);
  if (home === undefined) {
    throw misuse(
      { en: '--store names no single store', 'zh-TW': '--store 沒有指明任何一家門市' },
      {
        en: 'add one whose clock and hours apply: --store taipei-1 taipei-*',
        'zh-TW': '請加上以其時區與營業時間為準的門市：--store taipei-1 taipei-*',
      },
    );
  }
  const choice = {
    id: parseWith(SlugField, '<id>', id),
    stores,
    redeemAt: redeemAt.map((one) => parseWith(PatternField, '--redeem-at', one)),
    home,
    ...datesFromToday(Date.now()),
  };
  const files = new Map(campaignFiles(made, choice));
  writeFiles(folder, files, force);
  if (shell.json) printJson(shell, { folder, files: [...files.keys()] });
  else for (const path of files.keys()) shell.out(`${path}\n`);
}

function templateNamed(name: string): CampaignTemplate {
  const found = own(TEMPLATES, name);
  if (found !== undefined) return found;
  const meant = nearMiss(name, Object.keys(TEMPLATES));
  const all = Object.keys(TEMPLATES).join(', ');
  throw misuse(
    { en: `there is no template "${name}"`, 'zh-TW': `沒有名為「${name}」的範本` },
    didYouMean(meant, { en: `the templates are ${all}`, 'zh-TW': `範本有 ${all}` }),
  );
}

/** `pharos campaign templates`: what there is to begin with. */
export function campaignTemplates(shell: Shell): void {
  const list = Object.entries(TEMPLATES).map(([name, { about }]) => ({ name, about: about[shell.language] }));
  if (shell.json) printJson(shell, { templates: list });
  else for (const { name, about } of list) shell.out(`${name.padEnd(18)}  ${about}\n`);
}
