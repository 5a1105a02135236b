import { readdirSync } from 'node:fs';
import { accept, type Result, reject } from '../../protocol/result.ts';

/** Which radio to use: a native adapter by its index, or the virtual air through the lab's socket. */
export type RadioChoice =
  | { readonly kind: 'native'; readonly name: string; readonly deviceId: number }
  | { readonly kind: 'virtual-air'; readonly name: 'virtual-air'; readonly deviceId: 0 };

export type RadioChoiceRejectCode = 'radio-name' | 'no-radio' | 'no-virtual-air';

export interface RadioSurroundings {
  /** Names of the adapters the kernel has, e.g. `hci0`. */
  readonly adapters: readonly string[];
  /** PHAROS_AIR_SOCKET, where the virtual air listens. */
  readonly airSocket: string | undefined;
  /** Whether the lab has replaced the native HCI socket in this process. */
  readonly airLoaded: boolean;
}

const VIRTUAL_AIR: RadioChoice = { kind: 'virtual-air', name: 'virtual-air', deviceId: 0 };

/** The radio `wanted` names, or without a name the first adapter, or else the virtual air where one is set up. */
export function selectRadio(
  wanted: string | undefined,
  around: RadioSurroundings,
): Result<RadioChoice, RadioChoiceRejectCode> {
  if (wanted === 'virtual-air') return virtualAir(around);
  if (wanted !== undefined) return native(wanted);
  const first = around.adapters.toSorted((a, b) => indexOf(a) - indexOf(b))[0];
  if (first !== undefined) return native(first);
  if (around.airSocket !== undefined) return virtualAir(around);
  return reject(
    'no-radio',
    'this machine has no Bluetooth adapter (nothing in /sys/class/bluetooth); plug one in, or try without hardware on the virtual air with ./scripts/start',
  );
}

function native(name: string): Result<RadioChoice, RadioChoiceRejectCode> {
  const deviceId = indexOf(name);
  if (!Number.isNaN(deviceId)) return accept({ kind: 'native', name, deviceId });
  return reject('radio-name', `there is no radio called "${name}"; use hci0, hci1, … or virtual-air`);
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

/** The adapters Linux knows; none where the kernel has no Bluetooth. */
export function listAdapters(): readonly string[] {
  try {
    return readdirSync('/sys/class/bluetooth').filter((name) => /^hci\d+$/.test(name));
  } catch {
    return [];
  }
}
