import type { Logger } from 'pino';
import type { EpochMs } from '../protocol/units.ts';
import type { BacktestDesk } from './backtest-desk.ts';
import type { Fleet } from './compose-fleet.ts';
import { ownBrokerUser } from './compose-wire.ts';
import { brokerFiles } from './core/broker-files.ts';
import type { MemberLinks } from './core/working-set-message.ts';
import type { LineClient } from './deliver/line-client.ts';
import { bundleOf } from './fleet/bundle.ts';
import type { AdminApi } from './http/admin.ts';
import { createLineConnect } from './line-connect.ts';
import { judgedByLine } from './line-judge.ts';
import { botNames } from './line-users.ts';
import { createMemberApi, zoneOfHouse } from './member-api.ts';
import { createMemberLists } from './member-lists.ts';
import { plan } from './plan.ts';
import { preview } from './preview.ts';
import type { Settings } from './settings.ts';
import { createFormLinks } from './sign-up.ts';
import { accessRows } from './store/access.ts';
import { alertRows } from './store/alerts.ts';
import { applyAsked } from './store/apply.ts';
import { auditRows } from './store/audit.ts';
import { campaignLife } from './store/campaign-life.ts';
import type { StoreContext } from './store/context.ts';
import { explain } from './store/explain.ts';
import { formRows } from './store/forms.ts';
import { memberLinks } from './store/member-links.ts';
import { nodeShadowRows } from './store/node-shadow.ts';
import { readings } from './store/reading.ts';
import { shopRows } from './store/shops.ts';

/** What headquarters may ask of one cloud process, each answered by the part that knows. */
export function composeAdmin(deps: {
  readonly settings: Settings;
  readonly store: StoreContext;
  readonly fleet: Fleet;
  readonly formLink: MemberLinks['form'];
  readonly validate: LineClient['validate'];
  /** Where people reach us from outside. */
  readonly publicUrl: () => string;
  readonly backtests: BacktestDesk;
  readonly now: () => EpochMs;
  readonly log: Logger;
}): AdminApi {
  const { settings, store, formLink, backtests, now, log } = deps;
  const { rows: fleet, control, wire, address } = deps.fleet;
  const alerts = alertRows(store);
  const tokens = accessRows(store);
  const campaigns = campaignLife(store);
  const forms = formRows(store);
  const read = readings(store);
  const shadow = nodeShadowRows(store);
  return {
    apply: judgedByLine(deps.validate, (asked) => applyAsked(store, asked, now())),
    plan: (asked, since) =>
      judgedByLine(deps.validate, (judged) =>
        plan(store, judged, { now: now(), since, price: settings.PHAROS_LINE_PRICE }),
      )(asked),
    preview: ({ at = now(), ...asked }) => preview(store, { ...asked, at }),
    backtest: (asked) => backtests.begin(asked),
    createToken: (asked, act) => tokens.create(asked, act, now()),
    listTokens: () => tokens.list(),
    revokeToken: (idOrName, act) => tokens.revoke(idOrName, act, now()),
    audit: (query) => auditRows(store.db).list(query),
    listCampaigns: () => campaigns.list(),
    showCampaign: (id) => campaigns.show(id),
    stepCampaign: (id, action, expect, act) => campaigns.step(id, action, expect, act, now()),
    rollbackCampaign: (id, to, act) => campaigns.rollback(id, to, act, now()),
    explain: (asked) => explain(store, asked),
    explainPerson: async (identity) => await explain(store, (await memberLinks(store).owner(identity)).id),
    listNodes: () => fleet.list(),
    makeFormLink: createFormLinks({ forms, formLink, now }),
    listAlerts: (limit) => alerts.list(limit),
    connectLine: createLineConnect({
      apiBase: settings.PHAROS_LINE_API_BASE,
      accessToken: settings.PHAROS_LINE_CHANNEL_ACCESS_TOKEN,
      publicUrl: settings.PHAROS_PUBLIC_URL,
      hwids: async () => [...new Set((await fleet.list()).map(({ hwid }) => hwid))],
      now,
    }),
    async makeBundle(nodeId, rotate, act) {
      const made = await fleet.makeCredentials(nodeId, rotate, { act, at: now() });
      // Whoever is on the line logged in with the old password.
      const isDropped = typeof made === 'string' || (await wire.drop(made.node.id));
      const bundle = bundleOf(nodeId, made, address);
      if (isDropped) return bundle;
      log.warn({ node: nodeId }, 'the MQTT broker lets it in by its old password until its list is renewed');
      return { ...bundle, brokerList: 'stale' };
    },
    members: createMemberApi({
      store,
      control,
      now,
      onDiskRemembers: (error) => log.warn({ err: error }, 'the files still hold what was erased'),
    }),
    memberLists: createMemberLists({
      store,
      now,
      lineIssuer: async () => (await botNames(settings)).userId,
      houseZone: () => zoneOfHouse(store),
    }),
    stores: { ...shopRows(store), publicUrl: deps.publicUrl },
    coupon: (id) => read.coupon(id),
    listEvents: (query) => read.events(query),
    async showNode(nodeId) {
      const known = (await fleet.list()).find(({ id }) => id === nodeId);
      return { ...known, ...(await shadow.show(nodeId, now())) };
    },
    desireConfig: (nodeId, config, ifVersion, act) => control.desire(nodeId, config, ifVersion, act),
    commandNode: (nodeId, asked, act) => control.command(nodeId, asked, act),
    showCommand: (id) => shadow.command(id, now()),
    async brokerFiles(format) {
      const own = ownBrokerUser(settings);
      return brokerFiles(format, own.name, [...own.users, ...(await fleet.brokerUsers())]);
    },
  };
}
