import { clubCard } from './club-card.ts';
import { foodCourt } from './food-court.ts';
import { keywordTreat } from './keyword-treat.ts';
import type { CampaignTemplate } from './template.ts';
import { welcomeFriend } from './welcome.ts';
import { winBack } from './win-back.ts';

/** The campaigns to begin with, by the name `--template` takes. */
export const TEMPLATES: Readonly<Record<string, CampaignTemplate>> = {
  'food-court-sample': foodCourt,
  'welcome-friend': welcomeFriend,
  'keyword-treat': keywordTreat,
  'club-card': clubCard,
  'win-back': winBack,
};
