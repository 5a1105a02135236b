import { type AdvertisingReport, encodeAdvertisingReports } from '../../protocol/hci/events.ts';
import type { MonoMs } from '../../protocol/units.ts';
import { createAdvertiserTokens } from '../core/advertiser-token.ts';
import { createAdvertReader } from './advert-reader.ts';
import type { Scanner, ScannerHandlers } from './ports.ts';

/** A radio that reads HCI bytes as the real one does, without an adapter: it hears what the test tells it. */
export function bareScanner(mono: () => MonoMs): {
  readonly scanner: Scanner;
  hear(report: Pick<AdvertisingReport, 'address' | 'data' | 'rssi'>): void;
} {
  const tokens = createAdvertiserTokens({ newKey: () => new Uint8Array(32).fill(7), keyLifeMs: 86_400_000 });
  const reader = createAdvertReader({ mono, tokens });
  let handlers: ScannerHandlers | undefined;
  return {
    scanner: {
      async start(given) {
        handlers = given;
        given.onState('on');
      },
      async stop() {
        handlers = undefined;
      },
      counters: () => ({ ...reader.counters(), scanRestarts: 0 }),
    },
    hear(report) {
      const packet = encodeAdvertisingReports([{ pduType: 3, addressType: 1, ...report }]);
      if (handlers !== undefined) reader.receive(packet, handlers);
    },
  };
}
