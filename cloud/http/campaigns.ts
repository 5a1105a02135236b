import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Act, HEADQUARTERS } from '../core/access.ts';
import type { CampaignChanged, CampaignDetails, CampaignSummary, LifeAction } from '../core/campaign-life.ts';
import { CampaignAnswer, CampaignChangedAnswer, CampaignsAnswer, NOT_ROLLED_BACK } from './answers/campaigns.ts';
import { IdParams, route, WhyField } from './route.ts';

/** The life of campaigns. Each call may throw {@link Problem}. */
export interface CampaignApi {
  listCampaigns(): Promise<readonly CampaignSummary[]>;
  showCampaign(id: string): Promise<CampaignDetails>;
  /** `expect`: only if that is still the newest version. */
  stepCampaign(id: string, action: LifeAction, expect: number | undefined, act: Act): Promise<CampaignChanged>;
  /** Without `toVersion` the one before. */
  rollbackCampaign(
    id: string,
    to: { readonly toVersion?: number | undefined; readonly expect?: number | undefined },
    act: Act,
  ): Promise<CampaignChanged>;
}

const LIFE: Readonly<Record<LifeAction, string>> = {
  pause: 'Gives nothing more until it is resumed, from the next decision on.',
  resume: 'Goes on with a paused campaign.',
  end: 'Ends a campaign for good; its coupons stay valid.',
};

const LifeBody = z.strictObject({ why: WhyField, expect: z.int().positive().optional() });

/** `/v1/campaigns`. */
export function campaignRoutes(app: FastifyInstance, api: CampaignApi): void {
  route(app, {
    ...{ method: 'GET', url: '/campaigns', roles: HEADQUARTERS, summary: 'All campaigns, and how far they are.' },
    ...{ answer: CampaignsAnswer, refuses: {} },
    handle: async () => ({ campaigns: await api.listCampaigns() }),
  });
  route(app, {
    ...{ method: 'GET', url: '/campaigns/:id', roles: HEADQUARTERS, summary: 'One campaign with all its versions.' },
    ...{ answer: CampaignAnswer, refuses: { 404: ['unknown_campaign'] } },
    params: IdParams,
    handle: async ({ params: { id } }) => await api.showCampaign(id),
  });
  for (const [action, summary] of Object.entries(LIFE) as [LifeAction, string][]) {
    route(app, {
      ...{ method: 'POST', url: `/campaigns/:id/${action}`, roles: HEADQUARTERS, summary },
      ...{
        answer: CampaignChangedAnswer,
        refuses: { 404: ['unknown_campaign'], 409: ['campaign_ended', 'version_conflict'] },
      },
      params: IdParams,
      body: LifeBody,
      handle: async ({ params: { id }, body: { why, expect }, access }) =>
        await api.stepCampaign(id, action, expect, { by: access, why }),
    });
  }
  route(app, {
    ...{ method: 'POST', url: '/campaigns/:id/rollback', roles: HEADQUARTERS },
    ...{ answer: CampaignChangedAnswer, refuses: NOT_ROLLED_BACK },
    summary: 'Makes a new version that says what an older one said.',
    params: IdParams,
    body: LifeBody.extend({ toVersion: z.int().positive().optional() }),
    handle: async ({ params: { id }, body: { why, ...to }, access }) =>
      await api.rollbackCampaign(id, to, { by: access, why }),
  });
}
