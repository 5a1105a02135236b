import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { MOST_TEMPLATE_CHARACTERS } from '../../core/message/engine.ts';
import { type OfferMessage, tryTemplate } from '../../core/message/sample.ts';
import { faultText } from '../failure.ts';
import { error, type Finding } from './finding.ts';
import type { Place } from './place.ts';

export interface ReadTemplates {
  /** Locale → text; `default` is always there unless a finding says why not. */
  readonly sources: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
  /** Forms the texts link to. */
  readonly forms: readonly string[];
}

const LOCALE = /^[a-z]{2}(-[A-Z]{2})?$/;
const SUFFIX = '.liquid.json';

/**
 * A message template and the locale files beside it: `tea.liquid.json`, `tea.zh-TW.liquid.json`. `template` is relative
 * to the manifest; `place` is where the manifest names it. Each text is tried with made-up values.
 */
export function readTemplates(
  manifestFile: string,
  template: string,
  place: Place,
  message: OfferMessage,
): ReadTemplates {
  const path = join(dirname(manifestFile), template);
  if (!existsSync(path)) {
    return {
      sources: {},
      forms: [],
      findings: [
        error(
          'template-missing',
          place,
          `there is no template ${path}`,
          'create it, or correct the name; it is relative to this file',
        ),
      ],
    };
  }
  const sources: Record<string, string> = {};
  const findings: Finding[] = [];
  const forms = new Set<string>();
  for (const [locale, file] of [['default', path] as const, ...localeFiles(path)]) {
    try {
      sources[locale] = readFileSync(file, 'utf8');
    } catch (fault) {
      findings.push(error('template-missing', place, faultText(fault), 'make it a file you may read'));
      continue;
    }
    const checked = checkTemplate(file, sources[locale], message);
    findings.push(...checked.findings);
    for (const form of checked.forms) forms.add(form);
  }
  return { sources, findings, forms: [...forms] };
}

function localeFiles(path: string): [string, string][] {
  const suffix = path.endsWith(SUFFIX) ? SUFFIX : extname(path);
  const stem = basename(path, suffix);
  return readdirSync(dirname(path))
    .sort()
    .flatMap((name): [string, string][] => {
      if (!name.startsWith(`${stem}.`) || !name.endsWith(suffix)) return [];
      const locale = name.slice(stem.length + 1, -suffix.length);
      return LOCALE.test(locale) ? [[locale, join(dirname(path), name)]] : [];
    });
}

function checkTemplate(file: string, text: string, message: OfferMessage): Omit<ReadTemplates, 'sources'> {
  if (text.length > MOST_TEMPLATE_CHARACTERS) {
    const complaint = `a template has at most ${MOST_TEMPLATE_CHARACTERS} characters`;
    return { findings: [error('template-invalid', { file, line: 1, column: 1 }, complaint)], forms: [] };
  }
  const { rendered, forms } = tryTemplate(text, message);
  if (rendered.ok) return { findings: [], forms };
  const { code, detail } = rendered.reject;
  const at = /,? ?line:(\d+), col:(\d+)/.exec(detail);
  const place = { file, line: Number(at?.[1] ?? 1), column: Number(at?.[2] ?? 1) };
  const complaint = `${code}: ${detail.replace(/,? ?line:\d+, col:\d+/, '')}`;
  return { findings: [error('template-invalid', place, complaint)], forms };
}
