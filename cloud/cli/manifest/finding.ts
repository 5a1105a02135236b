import type { Language } from '../shell.ts';
import type { Place } from './place.ts';
import { RULES, type Rule, type RuleId, type Words } from './rules.ts';

/** What a rule says about a place in a file. */
export interface Finding {
  readonly rule: RuleId;
  readonly level: Rule['level'];
  readonly place: Place;
  readonly message: string;
  readonly fix?: string;
  /** The same in 繁體中文, where the place that found it can say it. */
  readonly chinese?: { readonly message?: string; readonly fix?: string };
}

/** A finding; where the finder has its message in both languages, the rule's own advice goes with it. */
export function found(rule: RuleId, place: Place, message: string | Words, fix?: string | Words): Finding {
  const advice = fix ?? (typeof message === 'string' ? undefined : RULES[rule].fix);
  return {
    rule,
    level: RULES[rule].level,
    place,
    message: typeof message === 'string' ? message : message.en,
    ...(advice !== undefined && { fix: typeof advice === 'string' ? advice : advice.en }),
    ...(typeof message !== 'string' && {
      chinese: { message: message['zh-TW'], ...(typeof advice === 'object' && { fix: advice['zh-TW'] }) },
    }),
  };
}

/** A finding in the language of whoever asked, always with a fix: the rule's own where the finder had no better one. */
export function told({ chinese, ...finding }: Finding, language: Language): Finding {
  const { says, fix } = RULES[finding.rule];
  if (language === 'en') return { ...finding, fix: finding.fix ?? fix.en };
  return {
    ...finding,
    message: chinese?.message ?? `${says['zh-TW']}（${finding.message}）`,
    fix: chinese?.fix ?? (finding.fix === undefined ? undefined : adviceInChinese(finding.fix)) ?? fix['zh-TW'],
  };
}

export const allTold = (findings: readonly Finding[], language: Language): Finding[] =>
  findings.map((finding) => told(finding, language));

/** The kinds of advice the schema gives; what is of no such kind has none in Chinese. */
function adviceInChinese(fix: string): string | undefined {
  const [, meant] = /^did you mean "(.+)"\?$/.exec(fix) ?? [];
  if (meant !== undefined) return `是不是要寫「${meant}」？`;
  const [, , words] = /^(valid keys:|one of|use) (.+)$/.exec(fix) ?? [];
  return words === undefined ? undefined : `可用：${words}`;
}

const WARNING: Readonly<Record<Language, string>> = { en: 'warning: ', 'zh-TW': '警告：' };

/** `file:line:column rule-id plain words (fix)`, which editors and terminals turn into a link. */
export function findingLine(finding: Finding, language: Language = 'en'): string {
  // In English most messages say themselves what to do; the rule's general advice would only say it again.
  const { rule, level, place, message, fix } = language === 'en' ? finding : told(finding, language);
  const advice = fix === undefined ? '' : language === 'en' ? ` (${fix})` : `（${fix}）`;
  return `${place.file}:${place.line}:${place.column} ${rule} ${level === 'warning' ? WARNING[language] : ''}${message}${advice}`;
}

/** In the order somebody reads the files. */
export const inOrder = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort(
    ({ place: a }, { place: b }) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column,
  );
