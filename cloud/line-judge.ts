import type { Result } from '../protocol/result.ts';
import type { ApplyAsked, ApplyOutcome, ApplyWarning } from './core/apply.ts';
import type { LineTrouble } from './core/line-account.ts';
import type { Manifest } from './core/manifest/manifest.ts';
import type { LineMessage } from './core/message/render.ts';
import { namesAStore, OFFER_MESSAGES, tryTemplate } from './core/message/sample.ts';
import { type DocumentIssue, Problem } from './core/problem.ts';

type Validate = (route: 'reply' | 'push', messages: readonly LineMessage[]) => Promise<Result<undefined, LineTrouble>>;

/** LINE is asked about so many messages at a time. */
const AT_ONCE = 10;

/**
 * Applies only what LINE would take: every message of every campaign, filled in with made-up values, is shown to LINE
 * first, and what it refuses is refused in its own words. Where LINE does not say, our own check has to do: a warning.
 */
export const judgedByLine =
  <Outcome extends ApplyOutcome>(validate: Validate, apply: (asked: ApplyAsked) => Promise<Outcome>) =>
  async (asked: ApplyAsked): Promise<Outcome> => {
    const samples = samplesOf(asked.manifests);
    const issues: DocumentIssue[] = [];
    let unsaid: ApplyWarning | undefined;
    while (samples.length > 0 && unsaid === undefined) {
      const judged = samples.splice(0, AT_ONCE).map(async (sample) => ({
        sample,
        verdict: await validate(sample.route, sample.messages),
      }));
      for (const { sample, verdict } of await Promise.all(judged)) {
        if (verdict.ok) continue;
        const { document, path } = sample;
        const { code, detail } = verdict.reject;
        if (code === 'refused') issues.push({ document, path, message: `${sample.name}: LINE refuses it: ${detail}` });
        else {
          const message = `LINE could not be asked whether it takes the messages: ${detail}`;
          unsaid ??= { code: 'line_not_asked', document, path, message };
        }
      }
    }
    const [first] = issues;
    if (first !== undefined) {
      throw new Problem('invalid', 'message_refused', `${issues.length} message(s) LINE refuses: ${first.message}`, {
        where: `document ${first.document}: ${first.path.join('.')}`,
        remedy: 'change the template at the place LINE names; the limits are in its Messaging API reference',
        issues,
      });
    }
    const outcome = await apply(asked);
    return unsaid === undefined ? outcome : { ...outcome, warnings: [...outcome.warnings, unsaid] };
  };

interface Sample {
  readonly document: number;
  readonly path: string[];
  readonly name: string;
  readonly route: 'reply' | 'push';
  readonly messages: readonly LineMessage[];
}

/** A template that cannot be filled in was refused before. */
const samplesOf = (manifests: readonly Manifest[]): Sample[] =>
  manifests.flatMap((manifest, document) => {
    if (manifest.kind !== 'Campaign') return [];
    const { metadata, spec } = manifest;
    return OFFER_MESSAGES.flatMap((offer) =>
      Object.entries(spec.offer[offer]?.sources ?? {}).flatMap(([locale, source]): Sample[] => {
        const { rendered } = tryTemplate(source, offer, namesAStore(spec));
        if (!rendered.ok) return [];
        return [
          {
            document,
            path: ['spec', 'offer', offer, 'template'],
            name: `campaign "${metadata.id}", ${locale} text`,
            route: spec.delivery?.prefer === 'push' ? 'push' : 'reply',
            messages: rendered.value,
          },
        ];
      }),
    );
  });
