import { z } from 'zod';
import { type ServerIssue, ServerRefusal } from '../client.ts';
import { printable, printJson, type Shell } from '../shell.ts';
import type { CheckedDocument } from './checked-document.ts';
import { explainIssue } from './explain-issue.ts';
import { allTold, type Finding, findingLine } from './finding.ts';

const Warning = z.object({
  code: z.string(),
  document: z.number(),
  path: z.array(z.union([z.string(), z.number()])),
  message: z.string(),
});
const Change = z.object({ path: z.string(), from: z.unknown().optional(), to: z.unknown().optional() });
export type Change = z.infer<typeof Change>;

/** What the server says of documents it applied, or only tried. */
export const ApplyAnswer = z.object({
  applied: z.array(
    z.object({
      kind: z.string(),
      id: z.string(),
      action: z.string(),
      version: z.number().optional(),
      changes: z.array(Change).optional(),
    }),
  ),
  removed: z.array(z.object({ kind: z.string(), id: z.string(), action: z.string() })).default([]),
  warnings: z.array(Warning).default([]),
});
export type ApplyAnswer = z.infer<typeof ApplyAnswer>;

/** The server's complaints at their lines in the files. Throws what is no complaint about a document. */
export function tellRefusal(shell: Shell, error: unknown, documents: readonly CheckedDocument[]): void {
  if (!(error instanceof ServerRefusal) || error.issues.length === 0) throw error;
  const findings = error.issues.flatMap((issue: ServerIssue): Finding[] => {
    const of = documents[issue.document];
    if (of === undefined) return [];
    return [{ ...explainIssue(of.source, of.kind, issue), rule: 'refused-by-server' }];
  });
  if (findings.length === 0) throw error;
  if (shell.json) printJson(shell, { applied: [], findings: allTold(findings, shell.language) });
  else for (const finding of findings) shell.talk(`${printable(findingLine(finding, shell.language))}\n`);
}

/** What was taken although it can hardly be meant, each at its line. `texts`: keyed by code, where we have a sentence of our own. */
export function tellWarnings(
  shell: Shell,
  { warnings }: Pick<ApplyAnswer, 'warnings'>,
  documents: readonly CheckedDocument[],
  texts: { readonly warning: string; readonly warnings: Readonly<Record<string, string>> },
): void {
  for (const { code, document, path, message } of warnings) {
    const source = documents[document]?.source;
    const { file, line, column } = source?.place(source.find(path).valueOffset) ?? {};
    const place = file === undefined ? '' : `${file}:${line}:${column} `;
    const chinese = texts.warnings[code];
    const sentence = chinese === undefined ? message : `${chinese}（${message}）`;
    shell.talk(`${printable(`${place}${texts.warning}${sentence}`)}\n`);
  }
}
