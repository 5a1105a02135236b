import type { AirController } from '../../../protocol/lab/air-control.ts';
import type { AdvertClock } from './advert-clock.ts';
import { advertOf, type ControllerState } from './controller-state.ts';
import type { Position } from './medium.ts';

/** One controller in the air, with its host at the other end of `deliver`. */
export interface Member {
  state: ControllerState;
  /** Transmissions so far. */
  sent: number;
  /** Order of joining, from 0. */
  readonly number: number;
  readonly clock: AdvertClock;
  readonly deliver: (packet: Uint8Array) => boolean;
}

/** What people call a controller: the label survives its host's restart, the address does not. */
export const nameOf = ({ state }: Member): string => state.label ?? state.address;

/** Locally administered, so that it never meets a real device's. */
export const addressOf = (number: number): string =>
  `02:50:48:00:${[number >> 8, number].map((part) => (part & 0xff).toString(16).padStart(2, '0')).join(':')}`;

export const findMember = (members: Iterable<Member>, name: string): Member | undefined =>
  [...members].find(({ state }) => state.label === name || state.address === name.toLowerCase());

export function describeMember({ state }: Member, position: Position | undefined): AirController {
  const { address, label, hung, scanning } = state;
  return {
    address,
    ...(label === undefined ? {} : { label }),
    advertising: advertOf(state) !== undefined,
    scanning: scanning.enabled && !hung,
    hung,
    ...(position === undefined ? {} : { position: { x: position.x, y: position.y } }),
  };
}
