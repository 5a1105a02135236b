import type { Logger } from 'pino';
import type { EpochMs } from '../protocol/units.ts';
import type { Intake } from './compose-intake.ts';
import { brokerName, type ComposedWire, openWire } from './compose-wire.ts';
import type { Mint } from './core/ids.ts';
import { createFleetControl } from './fleet/shadow.ts';
import { createFleetEar, type FleetMemory, isBirth } from './fleet/uplink-messages.ts';
import { watchGone } from './gone-watch.ts';
import { createGroup } from './ingest/group.ts';
import type { Settings } from './settings.ts';
import { watchSilence } from './silence-watch.ts';
import { alertRows } from './store/alerts.ts';
import type { StoreContext } from './store/context.ts';
import { fleetRows, type HeardHealth } from './store/fleet.ts';
import { nodeShadowRows } from './store/node-shadow.ts';

/** The nodes: who they are, what they say of themselves, what they are told, and the wire all of that goes over. */
export interface Fleet extends ComposedWire {
  readonly rows: ReturnType<typeof fleetRows>;
  readonly control: ReturnType<typeof createFleetControl>;
  stop(): Promise<void>;
}

/** Each node tells every ten seconds how it is: of thousands, one by one, that would be most of our commits. */
const HEALTHS_A_COMMIT = 500;

/** Rejects, mostly with a problem, when the broker cannot listen or read what the settings name. */
export async function openFleet({
  settings,
  store,
  vaultKey,
  takeBatch,
  now,
  mint,
  log,
}: {
  readonly settings: Settings;
  readonly store: StoreContext;
  readonly vaultKey: Uint8Array;
  readonly takeBatch: Intake['takeBatch'];
  readonly now: () => EpochMs;
  readonly mint: Mint;
  readonly log: Logger;
}): Promise<Fleet> {
  const rows = fleetRows(store, brokerName(settings));
  const shadow = nodeShadowRows(store);
  const control = createFleetControl({
    rows: shadow,
    mint,
    now,
    publish: (storeId, nodeId, channel, payload) => wire.publish(storeId, nodeId, channel, payload),
    onUnpublished: (node, error) => log.warn({ node, err: error }, 'the node is told when it connects'),
  });
  const healths = createGroup<HeardHealth, void>({
    async work(heard) {
      await rows.recordHealths(heard);
      return heard.map(() => undefined);
    },
    weigh: () => 1,
    most: HEALTHS_A_COMMIT,
  });
  const recordHealth: FleetMemory['recordHealth'] = (nodeId, health, at) => healths.submit({ nodeId, health, at });
  const takeFleetMessage = createFleetEar({
    memory: { ...rows, ...control, topicStore: shadow.topicStore, recordHealth },
    now,
  });

  const ownBroker = settings.PHAROS_MQTT_URL === undefined;
  if (ownBroker) await rows.forgetOnline();
  const { wire, address } = await openWire(settings, {
    login: rows.login,
    vaultKey,
    now,
    log,
    onUp: () => void control.catchUp().catch((error: unknown) => log.error({ err: error }, 'nodes wait to be told')),
    onRefused: (what, node) => log.warn({ node }, `refused: ${what}`),
    async onMessage(nodeId, topicStore, channel, payload) {
      if (channel !== 'events') {
        const heard = await takeFleetMessage(nodeId, topicStore, channel, payload);
        if (heard === 'not_understood') log.warn({ node: nodeId, channel }, 'message not understood');
        else if (heard === 'unknown_node') log.warn({ node: nodeId, channel }, 'a node nobody registered: not kept');
        else if (heard === 'news' && isBirth(channel, payload)) await control.connected(nodeId, topicStore);
        return;
      }
      const taken = await takeBatch(nodeId, payload);
      if (taken.ok) await wire.publish(topicStore, nodeId, 'ack', JSON.stringify(taken.value.ack));
      else log.warn({ node: nodeId, code: taken.reject.code }, 'batch refused');
    },
  });

  const stopWatchingSilence = watchSilence({
    memory: alertRows(store),
    onFault: (error) => log.error({ err: error }, 'silent nodes cannot be looked for'),
  });
  const stopWatchingGone = ownBroker
    ? async () => undefined
    : watchGone({
        hears: () => wire.state().isDeaf !== true,
        forget: rows.forgetSilent,
        now,
        onFault: (error) => log.error({ err: error }, 'who is gone cannot be told'),
      });
  return {
    rows,
    control,
    wire,
    address,
    async stop() {
      await wire.stop();
      await stopWatchingSilence();
      await stopWatchingGone();
    },
  };
}
