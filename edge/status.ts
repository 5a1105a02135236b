import type { NodeHealth } from '../protocol/messages/status.ts';
import type { EpochMs } from '../protocol/units.ts';
import { RADIO_SNAPSHOT_STALE_INTERVALS } from './core/thresholds.ts';
import { hostFiles } from './host/files.ts';
import { createMachine, type Machine } from './host/machine.ts';
import { readMachineHealth } from './host/machine-health.ts';
import { describeLink } from './link-record.ts';
import { type Peeked, type PeekedNode, peekNode } from './peeked.ts';
import { radioHealth, silentRadioHealth } from './radio-health.ts';
import type { EdgeSettings } from './settings.ts';
import { readBundle } from './store/bundle-file.ts';
import type { UplinkSnapshot } from './store/uplink-snapshot.ts';

/** What `pharos-edge status` tells; `--json` prints exactly this. */
export interface NodeReport {
  readonly enrolled: boolean;
  /** Why an installed bundle or the database cannot be used. */
  readonly problem?: string;
  readonly node?: { readonly id: string; readonly store: string; readonly zone: string; readonly broker: string };
  readonly clock: NodeHealth['clock'];
  /** The line to the broker: since when it stands, or why it does not and what to do. */
  readonly link?: { readonly says: string; readonly last?: UplinkSnapshot['link']; readonly lastAck?: EpochMs };
  readonly radio?: NodeHealth['radio'];
  readonly outbox?: NodeHealth['outbox'] & { readonly oldestAgeMs?: number };
  /** The configuration headquarters asked for last, and what became of it. */
  readonly config?: { readonly version: number; readonly state: string; readonly why?: string };
  readonly machine?: { readonly freeBytes?: number; readonly temperatureC?: number };
}

/** Reads what this node has on disk; needs no running daemon, changes nothing and makes no file. */
export async function readReport(settings: EdgeSettings): Promise<NodeReport> {
  const machine = createMachine({ clockOverride: settings.clock });
  const bundle = readBundle(settings.bundleFile);
  const nodeId = bundle.ok ? bundle.value.nodeId : undefined;
  const peeked = peekNode(settings, machine, { nodeId, isThorough: false });
  const problem = !bundle.ok && bundle.reject.code !== 'bundle-missing' ? bundle.reject.detail : problemOf(peeked);
  const { temperatureC, disk } = await readMachineHealth({ files: hostFiles(), dataDir: settings.dataDir });
  return {
    enrolled: bundle.ok,
    clock: machine.clockState(),
    ...(problem === undefined ? {} : { problem }),
    ...(bundle.ok
      ? {
          node: {
            id: bundle.value.nodeId,
            store: bundle.value.storeId,
            zone: bundle.value.zone,
            broker: settings.mqttUrl ?? bundle.value.mqtt.url,
          },
        }
      : {}),
    ...(peeked.at === 'good' ? told(peeked, settings, machine) : {}),
    machine: {
      ...(disk === undefined ? {} : { freeBytes: disk.freeBytes }),
      ...(temperatureC === undefined ? {} : { temperatureC }),
    },
  };
}

function problemOf(peeked: PeekedNode): string | undefined {
  switch (peeked.at) {
    case 'good':
    case 'older':
      return undefined;
    case 'hidden':
      return `${peeked.path} is closed to this user; ask as root: sudo pharos-edge status`;
    case 'unusable':
      if (peeked.state.at === 'missing') return undefined;
      return `${peeked.state.path} cannot be read; "pharos-edge doctor" says what to do`;
  }
}

function told({ outbox, radio, uplink, shadow }: Peeked, settings: EdgeSettings, machine: Machine) {
  const { waiting, parked, dropped, oldestAgeMs, trouble } = outbox;
  return {
    link: {
      says: describeLink(uplink, machine),
      ...(uplink === undefined ? {} : { last: uplink.link }),
      ...(uplink?.lastAck === undefined ? {} : { lastAck: uplink.lastAck }),
    },
    outbox: {
      waiting,
      parked,
      dropped,
      mode: trouble === undefined ? ('disk' as const) : ('memory' as const),
      ...(trouble === undefined ? {} : { why: trouble }),
      ...(oldestAgeMs === undefined ? {} : { oldestAgeMs }),
    },
    ...(radio === undefined ? {} : { radio: radioOf(radio, settings, machine) }),
    ...(shadow === undefined ? {} : configOf(shadow)),
  };
}

function radioOf(
  snapshot: NonNullable<Peeked['radio']>,
  settings: EdgeSettings,
  machine: Machine,
): NodeHealth['radio'] {
  const age = machine.mono() - snapshot.writtenMono;
  const staleMs = (snapshot.everyMs ?? settings.healthEveryMs) * RADIO_SNAPSHOT_STALE_INTERVALS;
  const isAlive = snapshot.boot === machine.boot && age <= staleMs;
  return isAlive ? radioHealth(snapshot, machine.mono()) : silentRadioHealth(snapshot);
}

function configOf(shadow: NonNullable<Peeked['shadow']>): Pick<NodeReport, 'config'> {
  if (shadow.at === 'trying') return { config: { version: shadow.trial.version, state: 'trying' } };
  const { outcome } = shadow;
  if (outcome === undefined) return {};
  const { version, state, reason } = outcome;
  return { config: { version, state, ...(reason === undefined ? {} : { why: reason.detail }) } };
}
