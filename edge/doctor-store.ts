import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { NodeBundle } from '../protocol/messages/bundle.ts';
import { type Result, unreachable } from '../protocol/result.ts';
import type { EpochMs } from '../protocol/units.ts';
import { type Fact, known, unseen } from './core/doctor/check.ts';
import type { ConfigTold, RunningVersion, UplinkTold } from './core/doctor/daemons.ts';
import type { BundleFile } from './core/doctor/identity.ts';
import type { RadioTold } from './core/doctor/radio.ts';
import type { StoreFacts } from './core/doctor/store.ts';
import type { Shadow } from './core/shadow.ts';
import { RADIO_SNAPSHOT_STALE_INTERVALS, UPLINK_SNAPSHOT_STALE_MS } from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import { databasePath } from './node-store.ts';
import { isHidden, type Peeked, peekNode } from './peeked.ts';
import { radioHealth } from './radio-health.ts';
import type { EdgeSettings } from './settings.ts';
import { readBundle } from './store/bundle-file.ts';
import type { RadioSnapshot } from './store/radio-snapshot.ts';
import type { UplinkSnapshot } from './store/uplink-snapshot.ts';

const AS_ROOT = 'ask as root: sudo pharos-edge doctor';

/** What lies in the data folder, as somebody sees it who must not change it. */
export interface StoredFacts extends StoreFacts {
  readonly bundleFile: Fact<BundleFile>;
  readonly bundle: Fact<Result<NodeBundle>>;
  readonly radio: Fact<RadioTold>;
  /** The radio's name in its last report. */
  readonly radioName: string | undefined;
  readonly uplink: Fact<UplinkTold>;
  readonly running: readonly RunningVersion[];
  readonly config: Fact<ConfigTold>;
}

export function readStored(settings: EdgeSettings, machine: Machine, uid: number): StoredFacts {
  const { dataDir, bundleFile } = settings;
  const bundle = probeBundle(bundleFile);
  const read = bundle.at === 'known' && bundle.value.ok ? bundle.value.value : undefined;
  return {
    bundleFile: probeBundleFile(bundleFile, dataDir),
    bundle,
    dataDir: probeFolder(dataDir, uid),
    ...readDatabase(settings, machine, read),
  };
}

function probeFolder(path: string, uid: number): StoreFacts['dataDir'] {
  if (isHidden(path)) return unseen(`${path} is closed to this user`, AS_ROOT);
  const folder = statSync(path, { throwIfNoEntry: false });
  if (folder === undefined) return known({ path, isThere: false, isWritable: false });
  if (!folder.isDirectory()) return known({ path, isThere: true, isWritable: false });
  const ownerMayWrite = (folder.mode & 0o300) === 0o300;
  // Root sees what the owner may; what another user may says nothing about the daemons.
  if (uid !== folder.uid) return known({ path, isThere: true, isWritable: ownerMayWrite });
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return known({ path, isThere: true, isWritable: ownerMayWrite });
  } catch {
    return known({ path, isThere: true, isWritable: false });
  }
}

function probeBundleFile(path: string, dataDir: string): Fact<BundleFile> {
  if (isHidden(path)) return unseen(`${path} is closed to this user`, AS_ROOT);
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return known({ at: 'missing', path });
  const folder = statSync(dataDir, { throwIfNoEntry: false });
  // An installed node's bundle lies outside: root's, and handed to the daemons by systemd.
  const isCredential = dirname(path) !== dirname(databasePath(dataDir)) && file.uid === 0;
  const folderOwner = folder?.uid ?? file.uid;
  return known({ at: 'there', path, mode: file.mode & 0o777, owner: file.uid, folderOwner, isCredential });
}

function probeBundle(path: string): Fact<Result<NodeBundle>> {
  const read = readBundle(path);
  const isClosed = !read.ok && read.reject.code === 'bundle-unreadable' && read.reject.detail.includes('EACCES');
  return isClosed ? unseen(`${path} is closed to this user`, AS_ROOT) : known(read);
}

type DatabaseFacts = Omit<StoredFacts, 'bundleFile' | 'bundle' | 'dataDir'>;

function readDatabase(settings: EdgeSettings, machine: Machine, bundle: NodeBundle | undefined): DatabaseFacts {
  const peeked = peekNode(settings, machine, { nodeId: bundle?.nodeId, isThorough: true });
  switch (peeked.at) {
    case 'hidden':
      return withoutDatabase(unseen(`${peeked.path} is closed to this user`, AS_ROOT));
    case 'unusable': {
      const without = withoutDatabase(known(peeked.state));
      return peeked.state.at === 'missing' ? { ...without, ...NEVER_RAN } : without;
    }
    case 'older': {
      const old = unseen('the database is of an older version; the daemons bring it up to date when they start');
      return { ...without(old), database: known({ at: 'good', path: peeked.path }) };
    }
    case 'good':
      return { database: known({ at: 'good', path: peeked.path }), ...factsOf(peeked, settings, machine) };
    default:
      return unreachable(peeked);
  }
}

const NEVER_RAN: Pick<DatabaseFacts, 'radio' | 'uplink'> = {
  radio: known({ at: 'never' }),
  uplink: known({ at: 'never' }),
};

function withoutDatabase(database: StoreFacts['database']): DatabaseFacts {
  const remedy = database.at === 'unseen' ? database.remedy : '';
  return { ...without(unseen('the database cannot be read', remedy)), database };
}

const without = (nothing: Fact<never>): Omit<DatabaseFacts, 'database'> => ({
  outbox: nothing,
  radio: nothing,
  radioName: undefined,
  uplink: nothing,
  running: [],
  config: nothing,
});

function factsOf(
  { outbox, radio, uplink, shadow }: Peeked,
  { healthEveryMs }: EdgeSettings,
  machine: Machine,
): Omit<DatabaseFacts, 'database'> {
  const running = [
    ...(radio?.version === undefined ? [] : [{ daemon: 'radio', version: radio.version }]),
    ...(uplink?.version === undefined ? [] : [{ daemon: 'uplink', version: uplink.version }]),
  ];
  return {
    outbox: known(outbox),
    radio: known(radioTold(radio, radio?.everyMs ?? healthEveryMs, machine)),
    radioName: radio?.name,
    uplink: known(uplinkTold(uplink, machine)),
    running,
    config: shadow === undefined ? unseen('without a bundle nothing is desired') : known(configTold(shadow)),
  };
}

/** What the radio said last, as far as it can be believed now. */
function radioTold(snapshot: RadioSnapshot | undefined, healthEveryMs: number, machine: Machine): RadioTold {
  if (snapshot === undefined) return { at: 'never' };
  const mono = machine.mono();
  const { recovery } = snapshot;
  const agoMs = Math.max(0, mono - snapshot.writtenMono);
  const isThisBoot = snapshot.boot === machine.boot;
  // A radio that failed has said why, and wants to be started again.
  if (isThisBoot && snapshot.running === false && recovery?.stage !== 'exit') return { at: 'stopped', agoMs };
  if (!isThisBoot || snapshot.running === false || agoMs > healthEveryMs * RADIO_SNAPSHOT_STALE_INTERVALS) {
    return { at: 'silent', ...(isThisBoot ? { agoMs } : {}), ...(recovery === undefined ? {} : { recovery }) };
  }
  const { name, state } = snapshot;
  const { lastAdvertAgoMs, onAir, silentUntilMs, hears = [] } = radioHealth(snapshot, mono);
  return {
    at: 'alive',
    agoMs,
    name,
    state,
    hears,
    ...(lastAdvertAgoMs === undefined ? {} : { lastAdvertAgoMs }),
    ...(onAir === undefined ? {} : { onAir }),
    ...(silentUntilMs === undefined ? {} : { silentUntilMs }),
    ...(recovery === undefined ? {} : { recovery }),
  };
}

function uplinkTold(snapshot: UplinkSnapshot | undefined, machine: Machine): UplinkTold {
  if (snapshot === undefined) return { at: 'never' };
  const { boot, writtenMono, link } = snapshot;
  const agoMs = Math.max(0, machine.mono() - writtenMono);
  if (boot !== machine.boot) return { at: 'silent' };
  if (link.at === 'stopped') return { at: 'stopped', agoMs };
  if (agoMs > UPLINK_SNAPSHOT_STALE_MS) return { at: 'silent', agoMs };
  if (link.at === 'up') return { at: 'alive', agoMs, link: { at: 'up', forMs: ageOf(link.since, machine) } };
  return { at: 'alive', agoMs, link: { at: 'down', ...(link.trouble === undefined ? {} : { trouble: link.trouble }) } };
}

const ageOf = (since: EpochMs, machine: Machine): number => Math.max(0, machine.wall() - since);

function configTold(shadow: Shadow): ConfigTold {
  switch (shadow.at) {
    case 'trying':
      return { at: 'trying', version: shadow.trial.version };
    case 'settled': {
      const { outcome } = shadow;
      if (outcome === undefined) return { at: 'none' };
      if (outcome.state === 'applied') return { at: 'applied', version: outcome.version };
      return { at: 'refused', version: outcome.version, why: outcome.reason?.detail ?? outcome.state };
    }
    default:
      return unreachable(shadow);
  }
}
