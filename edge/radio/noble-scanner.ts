import { randomBytes } from 'node:crypto';
import type { MonoMs } from '../../protocol/units.ts';
import { createAdvertiserTokens } from '../core/advertiser-token.ts';
import type { Action, ActionOutcome, RadioFact } from '../core/supervision.ts';
import { ADVERTISER_KEY_LIFE_MS } from '../core/thresholds.ts';
import { createAdvertReader } from './advert-reader.ts';
import type { Management } from './management.ts';
import { createNobleLink } from './noble-link.ts';
import type { Scanner, ScannerCounters, ScannerHandlers } from './ports.ts';

export interface NobleScannerOptions {
  readonly deviceId: number;
  readonly mono: () => MonoMs;
  readonly management?: Management | undefined;
  readonly onFact?: (fact: RadioFact) => void;
}

export interface NobleScanner extends Scanner {
  /** Counts as a restart where it is one. */
  carryOut(action: Action): Promise<ActionOutcome>;
}

/**
 * Scanning through noble: it brings the adapter up and switches the scan, and nothing more. Frames come from the
 * advertising reports on its HCI socket.
 */
export function createNobleScanner({ deviceId, mono, management, onFact }: NobleScannerOptions): NobleScanner {
  // The address goes no further than the reader: everything above knows tokens.
  const tokens = createAdvertiserTokens({ newKey: () => randomBytes(32), keyLifeMs: ADVERTISER_KEY_LIFE_MS });
  const reader = createAdvertReader({ mono, tokens });
  let handlers: ScannerHandlers | undefined;
  let scanRestarts = 0;

  const link = createNobleLink({
    deviceId,
    management,
    onPacket: (packet) => handlers && reader.receive(packet, handlers),
    onState: (state) => handlers?.onState(state),
    onFact: (fact) => onFact?.(fact),
  });

  return {
    async start(given) {
      handlers = given;
      await link.open();
    },
    async stop() {
      handlers = undefined;
      link.close();
    },
    async carryOut(action) {
      if (action === 'restart') scanRestarts += 1;
      return link.carryOut(action);
    },
    counters: (): ScannerCounters => ({ ...reader.counters(), scanRestarts }),
  };
}
