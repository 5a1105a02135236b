import type { CampaignRule } from '../../core/manifest/campaign-rules.ts';
import type { Place } from './place.ts';

/** What a rule says about a file. Rule ids are API: people silence and search them. */
export type RuleId =
  | 'yaml-syntax'
  | 'not-a-manifest'
  | 'wrong-version'
  | 'wrong-kind'
  | 'unknown-key'
  | 'missing-key'
  | 'wrong-value'
  | 'number-unquoted'
  | 'duplicate-id'
  | 'template-missing'
  | 'template-invalid'
  /** The server's word on a document that looked right here. */
  | 'refused-by-server'
  | 'tags-only'
  | 'phrase-collision'
  | 'unknown-segment'
  | 'segment-cycle'
  | 'unknown-form'
  | 'not-redeemable-here'
  | CampaignRule;

export interface Finding {
  readonly rule: RuleId;
  /** A warning does not keep a file from being applied. */
  readonly level: 'error' | 'warning';
  readonly place: Place;
  readonly message: string;
  readonly fix?: string;
}

/** `file:line:column rule-id plain words (fix)`, which editors and terminals turn into a link. */
export function findingLine({ rule, level, place, message, fix }: Finding): string {
  const advice = fix === undefined ? '' : ` (${fix})`;
  return `${place.file}:${place.line}:${place.column} ${rule} ${level === 'warning' ? 'warning: ' : ''}${message}${advice}`;
}

export const error = (rule: RuleId, place: Place, message: string, fix?: string): Finding => ({
  rule,
  level: 'error',
  place,
  message,
  ...(fix !== undefined && { fix }),
});

export const warning = (...given: Parameters<typeof error>): Finding => ({ ...error(...given), level: 'warning' });

/** In the order somebody reads the files. */
export const inOrder = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort(
    ({ place: a }, { place: b }) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column,
  );
