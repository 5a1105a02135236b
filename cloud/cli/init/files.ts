import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../make-folder.ts';
import { EXIT, Failure } from '../failure.ts';
import { faultSaid } from '../fault-words.ts';
import type { CampaignTemplate, TemplateChoice } from './template.ts';

/** Path below a folder → text. */
export type Files = ReadonlyMap<string, string>;

/** The line by which editors with the YAML language server find the schema. */
export const editorLine = (schema: string): string => `# yaml-language-server: $schema=${schema}\n`;

export const SCHEMA_FILE = 'pharos.schema.json';

/** The files of one campaign, below `campaigns`. */
export function campaignFiles(template: CampaignTemplate, choice: TemplateChoice): [string, string][] {
  const { yaml, messages } = template.make(choice);
  const texts = Object.entries(messages).flatMap(([end, { en, 'zh-TW': chinese }]): [string, string][] => [
    [`campaigns/messages/${choice.id}${end}.liquid.json`, en],
    [`campaigns/messages/${choice.id}${end}.zh-TW.liquid.json`, chinese],
  ]);
  return [[`campaigns/${choice.id}.yaml`, `${editorLine(`../${SCHEMA_FILE}`)}${yaml}`], ...texts];
}

/**
 * Writes all files or none: what is there already is named and stays, unless `force`. Files that are not ours are never
 * touched. Throws {@link Failure}.
 */
export function writeFiles(folder: string, files: Files, force: boolean): void {
  const there = [...files.keys()].filter((path) => existsSync(join(folder, path)));
  if (there.length > 0 && !force) {
    const said = { en: `already there: ${there.join(', ')}`, 'zh-TW': `檔案已存在：${there.join(', ')}` };
    throw new Failure(EXIT.conflict, 'file_exists', said, {
      where: folder,
      remedy: {
        en: 'choose another folder or id, or write over these files with --force',
        'zh-TW': '請改用另一個資料夾或 id，或以 --force 覆寫這些檔案',
      },
    });
  }
  try {
    for (const [path, text] of files) {
      const file = join(folder, path);
      makeFolder(dirname(file));
      writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
    }
  } catch (error) {
    throw new Failure(EXIT.failed, 'unwritable', faultSaid(error), {
      where: folder,
      remedy: { en: 'name a folder you may write', 'zh-TW': '請指定可以寫入的資料夾' },
    });
  }
}
