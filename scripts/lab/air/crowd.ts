import { parseHex } from '../../../protocol/bytes.ts';
import type { Phantoms } from '../../../protocol/lab/air-control.ts';
import { createAdvertClock } from './advert-clock.ts';
import type { AirAdvert } from './controller-state.ts';
import type { Uniform } from './random.ts';

export const PHANTOMS = 'phantoms';

/** Top bits of a random address: one that stays, and one that its owner changes every quarter of an hour. */
const STATIC = 0xc0;
const RESOLVABLE = 0x40;

/** Advertisers without a host, started at once. `stop` sends them home. */
export function startCrowd(
  spec: Phantoms,
  air: {
    readonly uniform: Uniform;
    readonly advDelayMs: () => number;
    readonly transmit: (advert: AirAdvert) => void;
  },
): { stop(): void } {
  const payload = parseHex(spec.payload) ?? new Uint8Array(0);
  const bornMs = performance.now();

  const clocks = Array.from({ length: spec.count }, (_, who) => {
    let events = 0;
    const clock = createAdvertClock({
      intervalMs: () => spec.intervalMs,
      delayMs: air.advDelayMs,
      chance: () => air.uniform(`${PHANTOMS} delay ${who}`, events++),
      transmit: () => {
        const generation =
          spec.rotateAddressMs === 0 ? 0 : Math.floor((performance.now() - bornMs) / spec.rotateAddressMs);
        const address = phantomAddress(air.uniform, who, generation, spec.rotateAddressMs === 0 ? STATIC : RESOLVABLE);
        air.transmit({ address, addressType: 1, pduType: spec.pduType, payload, scanResponse: new Uint8Array(0) });
      },
    });
    clock.start();
    return clock;
  });

  return {
    stop() {
      for (const clock of clocks) clock.stop();
    },
  };
}

function phantomAddress(uniform: Uniform, who: number, generation: number, kind: number): string {
  const byte = (index: number): number =>
    Math.floor(uniform(`${PHANTOMS} address ${who}`, generation * 6 + index) * 256);
  return Array.from({ length: 6 }, (_, index) => (index === 0 ? kind | (byte(0) & 0x3f) : byte(index)))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join(':');
}
