import type { Logger } from 'pino';
import type { EpochMs } from '../protocol/units.ts';
import type { Broker } from './broker/broker.ts';
import type { MemberFormLink } from './core/working-set-message.ts';
import { bundleOf } from './fleet/bundle.ts';
import type { createFleetControl } from './fleet/shadow.ts';
import type { AdminApi } from './http/admin.ts';
import { createLineConnect } from './line-connect.ts';
import { createMemberApi } from './member-api.ts';
import type { Settings } from './settings.ts';
import { createFormLinks } from './sign-up.ts';
import { alertRows } from './store/alerts.ts';
import { applyManifests } from './store/apply.ts';
import type { StoreContext } from './store/context.ts';
import { explain } from './store/explain.ts';
import type { fleetRows } from './store/fleet.ts';
import { formRows } from './store/forms.ts';
import { nodeShadowRows } from './store/node-shadow.ts';
import { readings } from './store/reading.ts';

/** What headquarters may ask of one cloud process, each answered by the part that knows. */
export function composeAdmin(deps: {
  readonly settings: Settings;
  readonly store: StoreContext;
  readonly fleet: ReturnType<typeof fleetRows>;
  readonly control: ReturnType<typeof createFleetControl>;
  readonly broker: Pick<Broker, 'drop'> & { readonly address: Parameters<typeof bundleOf>[2] };
  readonly formLink: MemberFormLink;
  readonly now: () => EpochMs;
  readonly log: Logger;
}): AdminApi {
  const { settings, store, fleet, control, broker, formLink, now, log } = deps;
  const alerts = alertRows(store);
  const forms = formRows(store);
  const read = readings(store);
  const shadow = nodeShadowRows(store);
  return {
    apply: (manifests) => applyManifests(store, manifests, now()),
    explain: (asked) => explain(store, asked),
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
    async makeBundle(nodeId, rotate) {
      const made = await fleet.makeCredentials(nodeId, rotate);
      // Whoever is on the line logged in with the old password.
      if (typeof made !== 'string') await broker.drop(made.node.id);
      return bundleOf(nodeId, made, broker.address);
    },
    members: createMemberApi({
      store,
      control,
      now,
      onDiskRemembers: (error) => log.warn({ err: error }, 'the files still hold what was erased'),
    }),
    coupon: (id) => read.coupon(id),
    listEvents: (query) => read.events(query),
    async showNode(nodeId) {
      const known = (await fleet.list()).find(({ id }) => id === nodeId);
      return { ...known, ...(await shadow.show(nodeId, now())) };
    },
    desireConfig: (nodeId, config, ifVersion) => control.desire(nodeId, config, ifVersion),
    commandNode: (nodeId, asked) => control.command(nodeId, asked),
    showCommand: (id) => shadow.command(id, now()),
  };
}
