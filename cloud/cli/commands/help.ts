import { nearMiss } from '../../../protocol/near-miss.ts';
import { own } from '../../../protocol/own.ts';
import { didYouMean, misuse } from '../failure.ts';
import type { HelpTopic } from '../help/topic.ts';
import { printJson, type Shell } from '../shell.ts';

const TOPICS: Readonly<Record<string, () => Promise<HelpTopic>>> = {
  'getting-started': async () => (await import('../help/getting-started.ts')).gettingStarted,
  'campaign-file': async () => (await import('../help/campaign-file.ts')).campaignFile,
  triggers: async () => (await import('../help/triggers.ts')).triggers,
  segments: async () => (await import('../help/segments.ts')).segments,
  members: async () => (await import('../help/members.ts')).members,
  limits: async () => (await import('../help/limits.ts')).limits,
  reasons: async () => (await import('../help/reasons.ts')).reasons,
  'exit-codes': async () => (await import('../help/exit-codes.ts')).exitCodes,
};

export const HELP_TOPICS: readonly string[] = Object.keys(TOPICS);

/** `pharos help <topic>`; throws a misuse that names topics and near misses. `commands` are those there is help for. */
export async function helpTopic(shell: Shell, name: string, commands: readonly string[]): Promise<void> {
  const load = own(TOPICS, name);
  if (load === undefined) {
    const meant = nearMiss(name, [...HELP_TOPICS, ...commands]);
    throw misuse(
      { en: `there is no help about "${name}"`, 'zh-TW': `沒有關於「${name}」的說明` },
      didYouMean(meant, {
        en: `the topics are ${HELP_TOPICS.join(', ')}`,
        'zh-TW': `主題有 ${HELP_TOPICS.join(', ')}`,
      }),
    );
  }
  const text = (await load())[shell.language]();
  if (shell.json) printJson(shell, { topic: name, text });
  else shell.out(text);
}
