import { appliedVersions, parseExpected } from '../applied-versions.ts';
import { type Client, connect, read } from '../client.ts';
import { EXIT, type ExitCode, faultText, misuse, SAY_YES } from '../failure.ts';
import { textsFor, wordFor } from '../language.ts';
import { ApplyAnswer, tellRefusal, tellWarnings } from '../manifest/apply-answer.ts';
import { APPLY_TEXTS as TEXTS } from '../manifest/apply-texts.ts';
import { checkManifests } from '../manifest/check.ts';
import type { CheckedDocument } from '../manifest/checked-document.ts';
import { allTold } from '../manifest/finding.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { isFit, tellFindings } from './validate.ts';

export interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly expect?: readonly string[];
  readonly owner?: string;
  readonly prune?: boolean;
  readonly yes?: boolean;
  readonly why?: string;
}

/** `pharos apply <file|folder>`: makes the server say what the manifests say, all of them or none. */
export async function apply(shell: Shell, path: string, options: ApplyOptions): Promise<ExitCode> {
  if (options.prune === true && options.owner === undefined) {
    throw misuse(
      {
        en: '--prune takes away what was applied under a name before and is no longer here',
        'zh-TW': '--prune 會移除先前以同一名義套用、現在已不在檔案裡的項目，所以要知道是哪個名義',
      },
      {
        en: 'apply with --owner <name> from the beginning, and name it again with --prune',
        'zh-TW': '從一開始就以 --owner <名稱> 套用，使用 --prune 時再寫一次',
      },
    );
  }
  const checked = checkManifests(path);
  const { documents, findings } = checked;
  if (!shell.json) tellFindings(shell, checked);
  if (!isFit(checked)) {
    if (shell.json) printJson(shell, { applied: [], findings: allTold(findings, shell.language) });
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
  if (shell.json) printJson(shell, { dryRun, ...answer, findings: allTold(findings, shell.language) });
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
  throw misuse({ en: `--prune would take away ${named}`, 'zh-TW': `--prune 會移除 ${named}` }, SAY_YES);
}

function tell(shell: Shell, answer: ApplyAnswer, documents: readonly CheckedDocument[], dryRun: boolean): void {
  const texts = textsFor(shell, TEXTS);
  tellWarnings(shell, answer, documents, texts);
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
    tellRefusal(shell, error, documents);
    return undefined;
  }
}
