import { z } from 'zod';
import { campaignRules } from './campaign-rules.ts';
import { CampaignSpec } from './campaign-spec.ts';
import { header } from './fields.ts';

export type { CampaignSpec } from './campaign-spec.ts';

/** `kind: Campaign`: an offer with rules. */
export const CampaignManifest = z
  .strictObject({ ...header('Campaign'), spec: CampaignSpec })
  .superRefine(({ spec }, context) => {
    for (const { rule, path, message } of campaignRules(spec)) {
      context.addIssue({ code: 'custom', path: ['spec', ...path], message, params: { rule } });
    }
  });
export type CampaignManifest = z.infer<typeof CampaignManifest>;
