import { z } from 'zod';
import { type Client, connect, read, ServerRefusal } from '../client.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { checkManifests } from '../manifest/check.ts';
import type { CheckedDocument } from '../manifest/checked-document.ts';
import { explainIssue } from '../manifest/explain-issue.ts';
import { type Finding, findingLine } from '../manifest/finding.ts';
import { printable, printJson, printTable, type Shell } from '../shell.ts';
import { isFit, tellFindings } from './validate.ts';

const ApplyAnswer = z.object({
  applied: z.array(z.object({ kind: z.string(), id: z.string(), action: z.string(), version: z.number().optional() })),
});

/** `pharos apply <file|folder>`: makes the server say what the manifests say, all of them or none. */
export async function apply(shell: Shell, path: string, { dryRun = false }: { dryRun?: boolean }): Promise<ExitCode> {
  const checked = checkManifests(path);
  const { documents, findings } = checked;
  if (!shell.json) tellFindings(shell, checked);
  if (!isFit(checked)) {
    if (shell.json) printJson(shell, { applied: [], findings });
    return EXIT.failed;
  }
  if (dryRun) {
    if (shell.json) printJson(shell, { applied: [], valid: documents.map(({ kind, id }) => ({ kind, id })), findings });
    else
      printTable(
        shell,
        documents.map(({ kind, id }) => [kind, id, 'valid, not applied']),
      );
    return EXIT.done;
  }
  const answer = await send(shell, connect(shell), documents);
  if (answer === undefined) return EXIT.failed;
  if (shell.json) printJson(shell, { ...answer, findings });
  else {
    const rows = answer.applied.map(({ kind, id, action, version }) => [
      kind,
      id,
      action,
      version === undefined ? '' : `v${version}`,
    ]);
    printTable(shell, rows);
  }
  return EXIT.done;
}

/** The server's answer, or `undefined` after its complaints were told with their lines. */
async function send(
  shell: Shell,
  client: Client,
  documents: readonly CheckedDocument[],
): Promise<z.infer<typeof ApplyAnswer> | undefined> {
  try {
    return read(ApplyAnswer, await client.post('/v1/apply', { documents: documents.map(({ document }) => document) }));
  } catch (error) {
    if (!(error instanceof ServerRefusal) || error.issues.length === 0) throw error;
    const findings = error.issues.flatMap((issue): Finding[] => {
      const of = documents[issue.document];
      if (of === undefined) return [];
      return [{ ...explainIssue(of.source, of.kind, issue), rule: 'refused-by-server' }];
    });
    if (findings.length === 0) throw error;
    if (shell.json) printJson(shell, { applied: [], findings });
    else for (const finding of findings) shell.talk(`${printable(findingLine(finding))}\n`);
    return undefined;
  }
}
