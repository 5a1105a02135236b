import { EXIT, type ExitCode } from '../failure.ts';
import { type Checked, checkManifests } from '../manifest/check.ts';
import { findingLine } from '../manifest/finding.ts';
import { printable, printJson, type Shell } from '../shell.ts';

/** `pharos validate <file|folder>`: everything that can be said about manifests without a server. */
export function validate(shell: Shell, path: string): ExitCode {
  const checked = checkManifests(path);
  const { documents, findings } = checked;
  const ok = isFit(checked);
  if (shell.json) {
    printJson(shell, { ok, documents: documents.map(({ kind, id }) => ({ kind, id })), findings });
    return ok ? EXIT.done : EXIT.failed;
  }
  tellFindings(shell, checked);
  if (ok) for (const { kind, id } of documents) shell.out(`${kind} ${id} valid\n`);
  return ok ? EXIT.done : EXIT.failed;
}

/** Whether all of it may be sent: something is there, and nothing is wrong. */
export const isFit = ({ documents, findings }: Checked): boolean =>
  documents.length > 0 && findings.every(({ level }) => level !== 'error');

export function tellFindings(shell: Shell, { documents, findings, skipped }: Checked): void {
  for (const file of skipped) shell.talk(`skipped ${file}: no apiVersion in it\n`);
  for (const finding of findings) shell.talk(`${printable(findingLine(finding))}\n`);
  const errors = findings.filter(({ level }) => level === 'error').length;
  if (errors > 0) shell.talk(`${errors} ${errors === 1 ? 'error' : 'errors'}\n`);
  else if (documents.length === 0) shell.talk('there is no manifest here (a manifest begins with apiVersion)\n');
}
