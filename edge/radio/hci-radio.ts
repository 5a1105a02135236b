import type { MonoMs } from '../../protocol/units.ts';
import { createBlenoAdvertiser } from './bleno-advertiser.ts';
import { createNobleScanner } from './noble-scanner.ts';
import type { Radio, Scanner } from './ports.ts';
import type { RadioChoice } from './select-radio.ts';

/**
 * Scanner and advertiser on one adapter in one process: two processes on a single adapter silence each other. The
 * advertiser opens only after the scanner's library has brought the adapter up.
 */
export function createHciRadio(choice: RadioChoice, options: { readonly mono: () => MonoMs }): Radio {
  const { promise: adapterUp, resolve } = Promise.withResolvers<void>();
  const noble = createNobleScanner({ deviceId: choice.deviceId, mono: options.mono });
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
  return { name: choice.name, scanner, advertiser: createBlenoAdvertiser({ deviceId: choice.deviceId, adapterUp }) };
}
