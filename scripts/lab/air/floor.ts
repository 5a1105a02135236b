import type { AirSettings } from '../../../protocol/lab/air-control.ts';
import { DEFAULT_SETTINGS, type LinkOverride, linkKey, type Position, type Reception, receive } from './medium.ts';
import type { Uniform } from './random.ts';

/** Who stands where, and what lies between them, by the names people use: a label if there is one, else an address. */
export interface Floor {
  readonly settings: AirSettings;
  set(change: { readonly [Key in keyof AirSettings]?: number | undefined }): void;
  place(name: string, position: Position): void;
  positionOf(name: string): Position | undefined;
  link(from: string, to: string, override: LinkOverride): void;
  /** A controller that was placed under its address has told its label: the place goes with it. */
  rename(address: string, label: string): void;
  /** The fate of the sender's `n`-th transmission at `to`. */
  fate(sender: Sender, to: string, n: number): Reception;
}

export interface Sender {
  readonly name: string;
  /** Its signal everywhere, where it stands nowhere in particular. */
  readonly baseRssi?: number;
}

export function createFloor(uniform: Uniform, initial: Partial<AirSettings> = {}): Floor {
  const positions = new Map<string, Position>();
  const links = new Map<string, LinkOverride>();
  let settings: AirSettings = { ...DEFAULT_SETTINGS, ...initial };

  return {
    get settings() {
      return settings;
    },
    set(change) {
      const named = Object.entries(change).filter(([, value]) => value !== undefined);
      settings = { ...settings, ...Object.fromEntries(named) };
    },
    place: (name, position) => void positions.set(name, position),
    positionOf: (name) => positions.get(name),
    link: (from, to, override) => void links.set(linkKey(from, to), override),
    rename(address, label) {
      const placed = positions.get(address);
      if (placed !== undefined) positions.set(label, placed);
    },
    fate({ name, baseRssi }, to, n) {
      const path = { from: name, to, fromPosition: positions.get(name), toPosition: positions.get(to), baseRssi };
      return receive({ settings, links }, path, n, uniform);
    },
  };
}
