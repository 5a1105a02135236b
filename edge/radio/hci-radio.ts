import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MonoMs } from '../../protocol/units.ts';
import type { RadioFact } from '../core/supervision.ts';
import { createBlenoAdvertiser } from './bleno-advertiser.ts';
import type { Management } from './management.ts';
import { createNobleScanner } from './noble-scanner.ts';
import type { Radio, RadioControl, Scanner } from './ports.ts';
import { ADAPTERS, type RadioChoice } from './select-radio.ts';

/**
 * Scanner and advertiser on one adapter in one process: two processes on a single adapter silence each other. The
 * advertiser opens only after the scanner's library has brought the adapter up.
 */
export function createHciRadio(
  choice: RadioChoice,
  options: {
    readonly mono: () => MonoMs;
    readonly management?: Management | undefined;
    /** Advertising interval in units of 0.625 ms. */
    readonly intervalUnits?: number;
  },
): Radio {
  const { deviceId, name, kind } = choice;
  const interval = options.intervalUnits === undefined ? {} : { intervalUnits: options.intervalUnits };
  const { promise: adapterUp, resolve } = Promise.withResolvers<void>();
  let told: ((fact: RadioFact) => void) | undefined;
  const onFact = (fact: RadioFact): void => told?.(fact);

  const noble = createNobleScanner({ ...options, deviceId, onFact });
  const scanner: Scanner = {
    ...noble,
    start: (handlers) =>
      noble.start({
        ...handlers,
        onState(state) {
          if (state === 'on') resolve();
          handlers.onState(state);
        },
      }),
  };
  const control: RadioControl = {
    watch(given) {
      told = given;
    },
    carryOut: noble.carryOut,
    isPresent: () => kind === 'virtual-air' || existsSync(join(ADAPTERS, name)),
  };
  return { name, scanner, advertiser: createBlenoAdvertiser({ deviceId, adapterUp, onFact, ...interval }), control };
}
