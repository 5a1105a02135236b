import { nearMiss } from '../../../protocol/near-miss.ts';
import { didYouMean, EXIT, type ExitCode, Failure } from '../failure.ts';
import { isRuleId, RULE_IDS, RULES } from '../manifest/rules.ts';
import { printJson, type Shell } from '../shell.ts';

/** `pharos validate --explain <rule>`: what a rule is about and what to do. */
export function explainRule(shell: Shell, id: string): ExitCode {
  if (!isRuleId(id)) {
    const meant = nearMiss(id, RULE_IDS);
    const all = RULE_IDS.join(', ');
    const said = { en: `there is no rule "${id}"`, 'zh-TW': `沒有名為「${id}」的規則` };
    throw new Failure(EXIT.notFound, 'unknown_rule', said, {
      remedy: didYouMean(meant, { en: `the rules are ${all}`, 'zh-TW': `規則有 ${all}` }),
    });
  }
  const { level, says, fix } = RULES[id];
  if (shell.json) {
    printJson(shell, { rule: id, level, says, fix });
    return EXIT.done;
  }
  const grave = { error: { en: 'error', 'zh-TW': '錯誤' }, warning: { en: 'warning', 'zh-TW': '警告' } }[level];
  shell.out(`${id} (${grave[shell.language]})\n${says[shell.language]}\n→ ${fix[shell.language]}\n`);
  return EXIT.done;
}
