import { readdirSync } from 'node:fs';
import { accept, type Result, reject } from '../../protocol/result.ts';

/** Which radio to use: a native adapter by its index, or the virtual air through the lab's socket. */
export type RadioChoice =
  | { readonly kind: 'native'; readonly name: string; readonly deviceId: number }
  | { readonly kind: 'virtual-air'; readonly name: 'virtual-air'; readonly deviceId: 0 };

export type RadioChoiceRejectCode = 'radio-name' | 'no-radio' | 'adapter-held' | 'no-virtual-air';

export interface RadioSurroundings {
  /** Names of the adapters the kernel has, e.g. `hci0`. */
  readonly adapters: readonly string[];
  /** The same with their addresses, as far as the kernel tells. */
  readonly offered?: readonly { readonly index: number; readonly address: string }[];
  /** PHAROS_AIR_SOCKET, where the virtual air listens. */
  readonly airSocket: string | undefined;
  /** Whether the lab has replaced the native HCI socket in this process. */
  readonly airLoaded: boolean;
}

const VIRTUAL_AIR: RadioChoice = { kind: 'virtual-air', name: 'virtual-air', deviceId: 0 };

/**
 * The radio `wanted` names, by adapter name or address, or without one the first adapter, or else the virtual air where
 * one is set up. An adapter's address stays when its name changes, as after unplugging.
 */
export function selectRadio(
  wanted: string | undefined,
  around: RadioSurroundings,
): Result<RadioChoice, RadioChoiceRejectCode> {
  if (wanted === 'virtual-air') return virtualAir(around);
  if (wanted !== undefined) return ADDRESS.test(wanted) ? byAddress(wanted, around) : byName(wanted, around);
  const first = around.adapters.toSorted((a, b) => indexOf(a) - indexOf(b))[0];
  if (first !== undefined) return native(first);
  if (around.airSocket !== undefined) return virtualAir(around);
  return reject(
    'no-radio',
    'this machine has no Bluetooth adapter (nothing in /sys/class/bluetooth); plug one in, or try without hardware on the virtual air with ./scripts/start',
  );
}

const ADDRESS = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

const native = (name: string): Result<RadioChoice, never> => accept({ kind: 'native', name, deviceId: indexOf(name) });

function byName(name: string, { adapters }: RadioSurroundings): Result<RadioChoice, RadioChoiceRejectCode> {
  if (Number.isNaN(indexOf(name))) {
    const choices = 'hci0, hci1, …, an address like aa:bb:cc:dd:ee:ff, or virtual-air';
    return reject('radio-name', `there is no radio called "${name}"; use ${choices}`);
  }
  if (adapters.includes(name)) return native(name);
  const others = adapters.length === 0 ? 'no adapter at all' : `only ${adapters.join(', ')}`;
  return reject(
    'no-radio',
    `this machine has no adapter ${name}, ${others}; plug it in, or choose another with --radio`,
  );
}

function byAddress(
  wanted: string,
  { adapters, offered = [] }: RadioSurroundings,
): Result<RadioChoice, RadioChoiceRejectCode> {
  const found = offered.find(({ address }) => address === wanted.toLowerCase());
  if (found !== undefined) return native(`hci${found.index}`);
  // The kernel shows an adapter that a program holds exclusively, but tells nobody else its address.
  const hidden = adapters.filter((name) => !offered.some(({ index }) => `hci${index}` === name));
  if (hidden.length > 0) {
    return reject(
      'adapter-held',
      `${hidden.join(', ')} may be ${wanted}, but the kernel does not tell: it is still starting, or another program holds it for itself (HCI user channel); stop that program or choose another adapter with --radio`,
    );
  }
  const others = offered.map(({ index, address }) => `${address} (hci${index})`).join(', ') || 'none at all';
  return reject('no-radio', `the kernel offers no adapter ${wanted}, but ${others}; plug it in, or change --radio`);
}

function virtualAir({ airSocket, airLoaded }: RadioSurroundings): Result<RadioChoice, RadioChoiceRejectCode> {
  if (airSocket === undefined) {
    return reject(
      'no-virtual-air',
      'the virtual air needs PHAROS_AIR_SOCKET, the path of its socket; ./scripts/start sets it up',
    );
  }
  if (airLoaded) return accept(VIRTUAL_AIR);
  return reject(
    'no-virtual-air',
    'the virtual air is not loaded into this process; start it through ./scripts/pharos-edge, which adds it',
  );
}

const indexOf = (name: string): number => Number.parseInt(/^hci(\d+)$/.exec(name)?.[1] ?? '', 10);

/** One entry for each adapter, and one for each connection. */
export const ADAPTERS = '/sys/class/bluetooth';

/** The adapters Linux knows; none where the kernel has no Bluetooth. */
export function listAdapters(): readonly string[] {
  try {
    return readdirSync(ADAPTERS).filter((name) => /^hci\d+$/.test(name));
  } catch {
    return [];
  }
}
