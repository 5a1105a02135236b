import { z } from 'zod';
import { appliedVersions, parseExpected } from '../applied-versions.ts';
import { type Client, connect, read, ServerRefusal } from '../client.ts';
import { EXIT, type ExitCode, faultText, misuse } from '../failure.ts';
import { type Texts, textsFor, wordFor } from '../language.ts';
import { checkManifests } from '../manifest/check.ts';
import type { CheckedDocument } from '../manifest/checked-document.ts';
import { explainIssue } from '../manifest/explain-issue.ts';
import { type Finding, findingLine } from '../manifest/finding.ts';
import { printable, printJson, printTable, type Shell } from '../shell.ts';
import { isFit, tellFindings } from './validate.ts';

const Warning = z.object({
  code: z.string(),
  document: z.number(),
  path: z.array(z.union([z.string(), z.number()])),
  message: z.string(),
});
const ApplyAnswer = z.object({
  applied: z.array(z.object({ kind: z.string(), id: z.string(), action: z.string(), version: z.number().optional() })),
  removed: z.array(z.object({ kind: z.string(), id: z.string(), action: z.string() })).default([]),
  warnings: z.array(Warning).default([]),
});
type ApplyAnswer = z.infer<typeof ApplyAnswer>;

export interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly expect?: readonly string[];
  readonly owner?: string;
  readonly prune?: boolean;
  readonly yes?: boolean;
  readonly why?: string;
}

interface ApplyTexts {
  /** Keyed by action; empty in English. */
  readonly actions: Readonly<Record<string, string>>;
  readonly dryRun: string;
  readonly warning: string;
  /** Keyed by code; in English the server's own sentence says it all. */
  readonly warnings: Readonly<Record<string, string>>;
  readonly notNoted: (fault: string) => string;
}

const TEXTS: Texts<ApplyTexts> = {
  en: {
    actions: {},
    dryRun: 'only tried: nothing was changed',
    warning: 'warning: ',
    warnings: {},
    notNoted: (fault) => `which versions these are could not be noted: ${fault}`,
  },
  'zh-TW': {
    actions: {
      created: '已建立',
      updated: '已更新',
      unchanged: '未變更',
      ended: '已結束',
      deleted: '已移除',
      kept: '保留',
    },
    dryRun: '僅試行：沒有任何變更',
    warning: '警告：',
    warnings: {
      matches_nothing: '伺服器上沒有符合的項目',
      campaign_ended: '活動已結束，不會再進行；要再辦請改用另一個 id',
      other_owner: '這份文件原屬於另一個擁有者',
      line_not_asked: '無法連上 LINE，訊息未經 LINE 檢查',
    },
    notNoted: (fault) => `無法記下這次的版本：${fault}`,
  },
};

/** `pharos apply <file|folder>`: makes the server say what the manifests say, all of them or none. */
export async function apply(shell: Shell, path: string, options: ApplyOptions): Promise<ExitCode> {
  if (options.prune === true && options.owner === undefined) {
    throw misuse(
      '--prune takes away what was applied under a name before and is no longer here',
      'apply with --owner <name> from the beginning, and name it again with --prune',
    );
  }
  const checked = checkManifests(path);
  const { documents, findings } = checked;
  if (!shell.json) tellFindings(shell, checked);
  if (!isFit(checked)) {
    if (shell.json) printJson(shell, { applied: [], findings });
    return EXIT.failed;
  }
  const client = connect(shell);
  const memory = appliedVersions(shell.env, client.server);
  const expect = { ...memory.known(documents), ...parseExpected(options.expect ?? [], documents) };
  const { owner, prune, why, dryRun = false } = options;
  const asked = { documents: documents.map(({ document }) => document), expect, owner, prune, why };
  if (prune === true && !dryRun && options.yes !== true) await refuseUnsaid(shell, client, asked, documents);
  const answer = await send(shell, client, { ...asked, dryRun }, documents);
  if (answer === undefined) return EXIT.failed;
  if (shell.json) printJson(shell, { dryRun, ...answer, findings });
  else tell(shell, answer, documents, dryRun);
  if (dryRun) return EXIT.done;
  try {
    memory.note(documents, answer.applied);
  } catch (error) {
    shell.talk(`${textsFor(shell, TEXTS).notNoted(faultText(error))}\n`);
  }
  return EXIT.done;
}

/** What would be taken away is named before it is. */
async function refuseUnsaid(
  shell: Shell,
  client: Client,
  asked: object,
  documents: readonly CheckedDocument[],
): Promise<void> {
  const tried = await send(shell, client, { ...asked, dryRun: true }, documents);
  const gone = tried?.removed.filter(({ action }) => action !== 'kept') ?? [];
  if (gone.length === 0) return;
  const named = gone.map(({ kind, id, action }) => `${kind} ${id} (${action})`).join(', ');
  throw misuse(`--prune would take away ${named}`, 'say --yes if that is meant');
}

function tell(shell: Shell, answer: ApplyAnswer, documents: readonly CheckedDocument[], dryRun: boolean): void {
  const texts = textsFor(shell, TEXTS);
  for (const { code, document, path, message } of answer.warnings) {
    const source = documents[document]?.source;
    const { file, line, column } = source?.place(source.find(path).valueOffset) ?? {};
    const place = file === undefined ? '' : `${file}:${line}:${column} `;
    const chinese = texts.warnings[code];
    const sentence = chinese === undefined ? message : `${chinese}（${message}）`;
    shell.talk(`${printable(`${place}${texts.warning}${sentence}`)}\n`);
  }
  printTable(shell, [
    ...answer.applied.map(({ kind, id, action, version }) => [
      ...[kind, id, wordFor(texts.actions, action)],
      version === undefined ? '' : `v${version}`,
    ]),
    ...answer.removed.map(({ kind, id, action }) => [kind, id, wordFor(texts.actions, action), '']),
  ]);
  if (dryRun) shell.talk(`${texts.dryRun}\n`);
}

/** The server's answer, or `undefined` after its complaints were told with their lines. */
async function send(
  shell: Shell,
  client: Client,
  asked: object,
  documents: readonly CheckedDocument[],
): Promise<ApplyAnswer | undefined> {
  try {
    return read(ApplyAnswer, await client.post('/v1/apply', asked));
  } catch (error) {
    if (!(error instanceof ServerRefusal) || error.issues.length === 0) throw error;
    const findings = error.issues.flatMap((issue): Finding[] => {
      const of = documents[issue.document];
      if (of === undefined) return [];
      return [{ ...explainIssue(of.source, of.kind, issue), rule: 'refused-by-server' }];
    });
    if (findings.length === 0) throw error;
    if (shell.json) printJson(shell, { applied: [], findings });
    else for (const finding of findings) shell.talk(`${printable(findingLine(finding, shell.language))}\n`);
    return undefined;
  }
}
