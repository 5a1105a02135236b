import type { AdapterFacts } from './core/doctor/adapter.ts';
import type { BrokerFacts } from './core/doctor/broker.ts';
import { known, unseen } from './core/doctor/check.ts';
import type { DoctorFacts } from './core/doctor/table.ts';
import { EARLIEST_PLAUSIBLE_MS } from './core/thresholds.ts';
import { readStored, type StoredFacts } from './doctor-store.ts';
import type { Machine } from './host/machine.ts';
import {
  type Offer,
  probeAdapters,
  probeFirmware,
  probeKernel,
  probeRfkill,
  probeUsb,
  probeWifi,
} from './host/probe-bluetooth.ts';
import { probeBroker } from './host/probe-broker.ts';
import { probeMachine } from './host/probe-machine.ts';
import { probeProcesses, probeRights, probeRivals, type SeenProcess, timeDaemonOf } from './host/probe-processes.ts';
import type { Surroundings } from './host/probe-tools.ts';
import { probeUnits } from './host/probe-units.ts';
import { productVersion } from './host/version.ts';
import type { EdgeSettings } from './settings.ts';
import { loadProfile } from './store/broadcast-profile-file.ts';

export interface DoctorParts {
  readonly settings: EdgeSettings;
  /** The radio somebody asks about; absent: the one the node used last, or the first there is. */
  readonly wanted: string | undefined;
  readonly around: Surroundings;
  readonly machine: Machine;
  /** What the kernel's management channel offers; resolves with nothing where it may not be asked. */
  readonly offer: () => Promise<Offer | undefined>;
}

const VIRTUAL = 'virtual-air';

/** Looks at everything the rules want to know, the slow things side by side. Changes nothing. */
export async function gatherFacts(parts: DoctorParts): Promise<DoctorFacts> {
  const { settings, around, machine } = parts;
  const { radioName, running, ...stored } = readStored(settings, machine, around.uid);
  const processes = probeProcesses(around);
  const units = await probeUnits(around);
  const isInstalled = units.at === 'known';
  const [machineFacts, adapterFacts, brokerFacts] = await Promise.all([
    probeMachine(around, settings.dataDir),
    gatherAdapter(parts, { radioName, processes, isInstalled }),
    gatherBroker(parts, stored.bundle),
  ]);
  const profile = loadProfile(settings.profile);
  return {
    ...machineFacts,
    ...stored,
    profile,
    now: machine.wall(),
    healthEveryMs: settings.healthEveryMs,
    clock: machine.clockState(),
    wallText: new Date(machine.wall()).toISOString(),
    timeDaemon: timeDaemonOf(processes),
    ...adapterFacts,
    ...brokerFacts,
    units,
    versions: known({ installed: productVersion(), running }),
  };
}

async function gatherAdapter(
  { wanted, settings, around, offer }: DoctorParts,
  seen: {
    readonly radioName: string | undefined;
    readonly processes: readonly SeenProcess[];
    readonly isInstalled: boolean;
  },
): Promise<AdapterFacts> {
  const used = wanted ?? seen.radioName;
  if (used === VIRTUAL || (used === undefined && settings.airSocket !== undefined)) return withoutAdapter();
  const kernel = probeKernel(around);
  // Asking a kernel without Bluetooth breaks the native socket for good.
  const offered = kernel.at === 'known' && kernel.value.hasBluetooth ? await offer() : undefined;
  // Without being asked for, a name may be of yesterday: adapters are renamed when they are plugged in again.
  const adapters = probeAdapters(around, wanted ?? presentName(around, seen.radioName), offered);
  const name = adapters.at === 'known' ? adapters.value.wanted : (used ?? 'hci0');
  return {
    kernel,
    adapters,
    firmware: await probeFirmware(around),
    rfkill: probeRfkill(around),
    rights: probeRights(around, seen.processes, name, seen.isInstalled),
    rivals: probeRivals(around, seen.processes, name),
    wifi: await probeWifi(around, name),
    usb: probeUsb(around, name),
  };
}

const presentName = ({ files }: Surroundings, name: string | undefined): string | undefined =>
  name !== undefined && files.resolve(`/sys/class/bluetooth/${name}`) !== undefined ? name : undefined;

function withoutAdapter(): AdapterFacts {
  const none = unseen('the node is on the virtual air, which needs no adapter');
  return {
    kernel: none,
    adapters: none,
    firmware: none,
    rfkill: none,
    rights: none,
    rivals: none,
    wifi: none,
    usb: none,
  };
}

async function gatherBroker(
  { settings, machine }: DoctorParts,
  bundle: StoredFacts['bundle'],
): Promise<Omit<BrokerFacts, 'now'>> {
  if (bundle.at === 'known' && bundle.value.ok) {
    const wall = machine.wall();
    const clock = { says: new Date(wall).toISOString(), plausible: wall >= EARLIEST_PLAUSIBLE_MS };
    return probeBroker({ bundle: bundle.value.value, url: settings.mqttUrl, clock });
  }
  const none = unseen('the bundle names the broker');
  return { broker: none, brokerName: none, brokerPort: none, brokerTls: none, brokerLogin: none };
}
