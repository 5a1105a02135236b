import { tellAudience } from '../explain/audience.ts';
import type { ExplainTexts } from '../explain/texts.ts';
import { ENGLISH } from '../explain/texts-en.ts';
import { TRADITIONAL_CHINESE } from '../explain/texts-zh-tw.ts';
import { type Language, wordFor } from '../language.ts';
import { tellTime } from '../time.ts';
import type { PreviewAnswer, PreviewedDecision } from './answer.ts';
import { TEXTS } from './texts.ts';

/** Whether the person would get it and why, line by line; the first says what is looked at. */
export function storyOf(answer: PreviewAnswer, language: Language, timeZone: string | undefined): string[] {
  const texts = TEXTS[language];
  const explain = language === 'zh-TW' ? TRADITIONAL_CHINESE : ENGLISH;
  const { decision, others, route, as, node, complaint } = answer;
  const gates = decision.passed.map((gate) => wordFor(explain.gates, gate)).join(explain.listSeparator);
  const aside = (words: string): string => (language === 'zh-TW' ? `（${words}）` : ` (${words})`);
  const stopped = decision.gate === undefined ? '' : aside(texts.gate(decision.gate));
  const by = route === undefined ? '' : aside(texts.route[route]);
  const time = (at: number): string => tellTime(at, timeZone ?? answer.timeZone);
  const behind = ({ figure }: PreviewedDecision): string[] =>
    figure?.kind === 'audience' ? [tellAudience(figure, explain.figures.audience, time)] : [];
  return [
    texts.about(
      answer.campaign,
      as === 'sample' ? texts.sample : as,
      time(answer.at),
      wordFor(texts.triggers, answer.trigger),
      node,
    ),
    `${outcomeText(explain, decision)}${stopped}${by}`,
    ...behind(decision),
    ...(gates === '' ? [] : [texts.passed(gates)]),
    ...(others.length === 0 ? [] : [texts.others]),
    ...others.flatMap((other) => [
      `  ${other.campaign}: ${outcomeText(explain, other)}`,
      ...behind(other).map((line) => `    ${line}`),
    ]),
    ...(complaint === undefined ? [] : [texts.noMessage(complaint)]),
  ];
}

const outcomeText = (explain: ExplainTexts, { outcome, reason }: PreviewedDecision): string =>
  explain.outcome[outcome](reason === undefined ? '' : explain.because(explain.reasons[reason], reason));
