import type { Migration } from 'kysely/migration';
import * as firstCoupon from './0001-first-coupon.ts';
import * as vaultCheck from './0002-vault-check.ts';
import * as eventTrigger from './0003-event-trigger.ts';
import * as nodeShadow from './0010-node-shadow.ts';
import * as registryVersion from './0020-registry-version.ts';
import * as capsAndArms from './0021-caps-and-arms.ts';
import * as alert from './0030-alert.ts';
import * as memberProfile from './0040-member-profile.ts';
import * as memberIdentity from './0050-member-identity.ts';
import * as ingestReferences from './0070-ingest-references.ts';
import * as nodeBroker from './0071-node-broker.ts';
import * as lineBudget from './0080-line-budget.ts';
import * as access from './0090-access.ts';
import * as till from './0100-till.ts';
import * as couponPage from './0110-coupon-page.ts';
import * as campaignLife from './0120-campaign-life.ts';
import * as replay from './0130-replay.ts';
import * as brokerUser from './0140-broker-user.ts';
import * as tillAnswerAge from './0150-till-answer-age.ts';
import * as cast from './0160-cast.ts';
import * as complaint from './0170-complaint.ts';

/** Forward only, in the order of their names. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first-coupon': firstCoupon,
  '0002-vault-check': vaultCheck,
  '0003-event-trigger': eventTrigger,
  '0010-node-shadow': nodeShadow,
  '0020-registry-version': registryVersion,
  '0021-caps-and-arms': capsAndArms,
  '0030-alert': alert,
  '0040-member-profile': memberProfile,
  '0050-member-identity': memberIdentity,
  '0070-ingest-references': ingestReferences,
  '0071-node-broker': nodeBroker,
  '0080-line-budget': lineBudget,
  '0090-access': access,
  '0100-till': till,
  '0110-coupon-page': couponPage,
  '0120-campaign-life': campaignLife,
  '0130-replay': replay,
  '0140-broker-user': brokerUser,
  '0150-till-answer-age': tillAnswerAge,
  '0160-cast': cast,
  '0170-complaint': complaint,
};
