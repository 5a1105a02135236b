import { epochMs } from '../../../protocol/units.ts';
import { parseWhole } from '../arguments.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { type Checked, checkManifests } from '../manifest/check.ts';
import { allTold, findingLine } from '../manifest/finding.ts';
import { printable, printJson, type Shell } from '../shell.ts';

export interface ValidateOptions {
  readonly strict?: boolean;
  readonly members?: string;
  readonly format?: string;
}

/** `pharos validate [path…]`: everything that can be said about manifests without a server. */
export function validate(shell: Shell, paths: readonly string[], options: ValidateOptions): ExitCode {
  const { strict = false, members, format = 'text' } = options;
  const checked = checkManifests(paths.length === 0 ? ['.'] : paths, {
    now: epochMs(Date.now()),
    ...(members !== undefined && { members: parseWhole('--members', members, 1, 1_000_000_000) }),
  });
  const { documents, findings } = checked;
  const ok = isFit(checked) && !(strict && findings.length > 0);
  if (shell.json || format === 'json') {
    const listed = documents.map(({ kind, id }) => ({ kind, id }));
    printJson(shell, { ok, documents: listed, findings: allTold(findings, shell.language) });
    return ok ? EXIT.done : EXIT.failed;
  }
  tellFindings(shell, checked);
  const valid = shell.language === 'zh-TW' ? '正確' : 'valid';
  if (ok) for (const { kind, id } of documents) shell.out(`${kind} ${id} ${valid}\n`);
  return ok ? EXIT.done : EXIT.failed;
}

/** Whether all of it may be sent: something is there, and nothing is wrong. */
export const isFit = ({ documents, findings }: Checked): boolean =>
  documents.length > 0 && findings.every(({ level }) => level !== 'error');

export function tellFindings(shell: Shell, { documents, findings, skipped }: Checked): void {
  const chinese = shell.language === 'zh-TW';
  for (const file of skipped) {
    shell.talk(chinese ? `略過 ${file}：裡面沒有 apiVersion\n` : `skipped ${file}: no apiVersion in it\n`);
  }
  for (const finding of findings) shell.talk(`${printable(findingLine(finding, shell.language))}\n`);
  const errors = findings.filter(({ level }) => level === 'error').length;
  if (errors > 0) shell.talk(chinese ? `${errors} 個錯誤\n` : `${errors} ${errors === 1 ? 'error' : 'errors'}\n`);
  else if (documents.length === 0) {
    shell.talk(
      chinese
        ? '這裡沒有活動檔（檔案以 apiVersion 開頭）\n'
        : 'there is no manifest here (a manifest begins with apiVersion)\n',
    );
  }
}
