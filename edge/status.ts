import { existsSync } from 'node:fs';
import type { NodeHealth } from '../protocol/messages/status.ts';
import { describeRecovery } from './core/recovery-record.ts';
import { OUTBOX_MAX_BYTES, RADIO_SNAPSHOT_STALE_INTERVALS } from './core/thresholds.ts';
import { createMachine } from './host/machine.ts';
import { radioHealth, silentRadioHealth } from './radio-health.ts';
import { databasePath } from './run-daemon.ts';
import type { EdgeSettings } from './settings.ts';
import { bundlePath, readBundle } from './store/bundle-file.ts';
import { openDatabase } from './store/database.ts';
import { createOutbox } from './store/outbox.ts';
import { createRadioSnapshots } from './store/radio-snapshot.ts';

/** What `pharos-edge status` tells; `--json` prints exactly this. */
export interface NodeReport {
  readonly enrolled: boolean;
  /** Why an installed bundle cannot be used. */
  readonly problem?: string;
  readonly node?: { readonly id: string; readonly store: string; readonly zone: string; readonly broker: string };
  readonly clock: NodeHealth['clock'];
  readonly radio?: NodeHealth['radio'];
  readonly outbox?: NodeHealth['outbox'];
}

/** Reads what this node has on disk; needs no running daemon and changes nothing of the node's state. */
export function readReport(settings: EdgeSettings): NodeReport {
  const machine = createMachine({ clockOverride: settings.clock });
  const bundle = readBundle(bundlePath(settings.dataDir));
  const report: NodeReport = {
    enrolled: bundle.ok,
    clock: machine.clockState(),
    ...(bundle.ok || bundle.reject.code === 'bundle-missing' ? {} : { problem: bundle.reject.detail }),
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
  };
  // Opening would create it, owned by whoever asked; the daemons run as another user.
  if (!existsSync(databasePath(settings.dataDir))) return report;
  const db = openDatabase(databasePath(settings.dataDir));
  try {
    const outbox = createOutbox(db, { maxBytes: OUTBOX_MAX_BYTES }).depth();
    const snapshot = createRadioSnapshots(db).read();
    if (snapshot === undefined) return { ...report, outbox };
    const age = machine.mono() - snapshot.writtenMono;
    const alive = snapshot.boot === machine.boot && age <= settings.healthEveryMs * RADIO_SNAPSHOT_STALE_INTERVALS;
    const radio: NodeHealth['radio'] = alive ? radioHealth(snapshot, machine.mono()) : silentRadioHealth(snapshot);
    return { ...report, outbox, radio };
  } finally {
    db.close();
  }
}

/** One screen for people. */
export function renderReport(report: NodeReport): string {
  const { node, problem, radio, outbox } = report;
  const unnamed = problem ?? 'not enrolled; install a bundle with "pharos-edge enroll <file>"';
  const rows: [string, string][] = [
    ['node', node === undefined ? unnamed : node.id],
    ...(node === undefined
      ? []
      : ([
          ['store', `${node.store}, ${node.zone}`],
          ['broker', node.broker],
        ] satisfies [string, string][])),
    ['clock', report.clock],
    ['radio', radio === undefined ? 'has not run here' : `${radio.name}, ${radioWords(radio.state)}`],
    ['on air', onAirWords(radio)],
    ...(radio?.recovery === undefined
      ? []
      : ([['last', describeRecovery(radio.recovery)]] satisfies [string, string][])),
    ...(radio?.profile === undefined ? [] : ([['profile', radio.profile]] satisfies [string, string][])),
    ...(radio?.hears === undefined ? [] : ([['hears', heardWords(radio.hears)]] satisfies [string, string][])),
    [
      'outbox',
      outbox === undefined
        ? 'empty'
        : `${outbox.waiting} waiting, ${outbox.parked} parked, ${outbox.dropped} dropped since the beginning`,
    ],
  ];
  return rows.map(([label, value]) => `${label.padEnd(8)}${value}`).join('\n');
}

const radioWords = (state: NodeHealth['radio']['state']): string =>
  state === 'unknown' ? 'not running' : `adapter ${state}`;

function onAirWords(radio: NodeHealth['radio'] | undefined): string {
  const { onAir, silentUntilMs } = radio ?? {};
  if (silentUntilMs !== undefined) return `nothing: silent by plan until ${new Date(silentUntilMs).toISOString()}`;
  if (onAir === undefined) return 'nothing';
  if (onAir.hwid === undefined) return 'iBeacon only';
  return [onAir.hwid, ...(onAir.dm === undefined ? [] : [onAir.dm]), `(${onAir.dmMode})`].join(' ');
}

const heardWords = (hears: NonNullable<NodeHealth['radio']['hears']>): string =>
  hears.map(({ hwid, agoMs }) => `${hwid} ${Math.round(agoMs / 1_000)} s ago`).join(', ');
