import {
  ADV_NONCONN_IND,
  leSetAdvertiseEnable,
  leSetAdvertisingData,
  leSetAdvertisingParameters,
  OPCODE,
} from '../../protocol/hci/commands.ts';
import type { Advert } from '../core/advert-schedule.ts';
import {
  ADVERTISER_REFRESH_MS,
  ADVERTISER_RETRY_MS,
  ADVERTISER_SETTLE_MS,
  ADVERTISING_INTERVAL_UNITS,
  STOP_ADVERTISING_TIMEOUT_MS,
} from '../core/thresholds.ts';
import { createHciCommander, describeOutcome, type HciCommander, succeeded } from './hci-commander.ts';
import { type Bleno, keepSigint, loadBleno } from './libraries.ts';
import type { Advertiser, AdvertiserHandlers } from './ports.ts';

/**
 * Advertising through bleno's adapter and socket, with our own parameters: bleno itself would be connectable, and a
 * beacon that a passer-by has connected to is silent until they leave.
 *
 *   closed ──start, scanner is up──▶ off ──poweredOn──▶ arming ──controller agrees──▶ on-air ──slice over──▶ on-air …
 *                                     ▲                   │  ▲                           │
 *                                     │                   │  └─ foreign command, refresh─┤
 *                                     │                   └──── refused: silent, retry   │
 *                                     └── poweredOff from anywhere ──────────────────────┘      stop ──▶ stopped
 *
 * Invariants: `onConfirmed` follows only a status of 0 from the controller; a completion that answers none of our own
 * commands means somebody else touched advertising, and arms anew; after `stopped` nothing enables advertising again.
 */
type Phase = 'closed' | 'off' | 'arming' | 'on-air' | 'stopped';

/** What bleno writes to start; each is answered once. */
const BLENO_START = [
  OPCODE.leSetScanResponseData,
  OPCODE.leSetAdvertisingData,
  OPCODE.leSetAdvertiseEnable,
  OPCODE.leSetScanResponseData,
  OPCODE.leSetAdvertisingData,
] as const;

/** Commands of others that end or change what we have on air. */
const DISTURBING: ReadonlySet<number> = new Set([
  OPCODE.reset,
  OPCODE.leSetAdvertiseEnable,
  OPCODE.leSetAdvertisingParameters,
  OPCODE.leSetAdvertisingData,
]);

export interface BlenoAdvertiserOptions {
  readonly deviceId: number;
  /** Resolves when the scanner's library has brought the adapter up: its start-up would disable our advertising. */
  readonly adapterUp: Promise<void>;
  /** Where bleno comes from; tests bring one of their own. */
  readonly load?: (deviceId: number) => Bleno;
}

export function createBlenoAdvertiser({ deviceId, adapterUp, load = loadBleno }: BlenoAdvertiserOptions): Advertiser {
  const counters = { confirmed: 0, refused: 0, rearmed: 0 };
  let phase: Phase = 'closed';
  let disturbed = false;
  let armedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let link: { readonly bleno: Bleno; readonly commander: HciCommander } | undefined;
  let handlers: AdvertiserHandlers | undefined;

  const later = (ms: number, action: () => Promise<void>): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void action(), ms);
  };

  function open(): void {
    const bleno = load(deviceId);
    const commander = createHciCommander({
      write: (packet) => bleno._bindings._hci._socket.write(Buffer.from(packet)),
      onForeign(opcode) {
        if (!DISTURBING.has(opcode)) return;
        disturbed = true;
        if (phase === 'on-air') later(ADVERTISER_SETTLE_MS, arm);
      },
    });
    link = { bleno, commander };
    phase = 'off';
    // The first listener makes bleno open the adapter, which throws when there is none.
    bleno.on('stateChange', onState);
    bleno._bindings._hci._socket.on('data', commander.receive);
    keepSigint(bleno);
  }

  function onState(state: string): void {
    if (phase === 'stopped') return;
    if (state === 'poweredOn') {
      later(ADVERTISER_SETTLE_MS, arm);
      return;
    }
    clearTimeout(timer);
    phase = 'off';
    link?.commander.abandon();
    handlers?.onSilent(`the adapter is ${state}`);
  }

  async function arm(): Promise<void> {
    if (link === undefined || handlers === undefined || phase === 'stopped') return;
    if (phase === 'on-air') counters.rearmed += 1;
    phase = 'arming';
    disturbed = false;
    const advert = handlers.nextAdvert();
    const refusal = await enable(advert, link);
    if (phase !== 'arming') return;
    if (refusal !== undefined) return refused(refusal);
    phase = 'on-air';
    armedAt = performance.now();
    confirmed(advert);
  }

  /** The reason the controller gave for not advertising, if any. */
  async function enable(advert: Advert, { bleno, commander }: NonNullable<typeof link>): Promise<string | undefined> {
    // Parameters are refused while advertising is on, and a process that was killed may have left it on. Being told that
    // there was nothing to switch off is no failure.
    await commander.send(leSetAdvertiseEnable(false));
    if (phase !== 'arming') return undefined;
    const parameters = await commander.send(
      leSetAdvertisingParameters({ intervalUnits: ADVERTISING_INTERVAL_UNITS, type: ADV_NONCONN_IND }),
    );
    if (phase !== 'arming') return undefined;
    if (!succeeded(parameters)) return `advertising parameters: ${describeOutcome(parameters)}`;
    const answers = Promise.all(BLENO_START.map((opcode) => commander.expect(opcode)));
    bleno.startAdvertisingWithEIRData(Buffer.from(advert.payload), Buffer.alloc(0));
    const failure = (await answers).find((outcome) => !succeeded(outcome));
    return failure && `advertising start: ${describeOutcome(failure)}`;
  }

  /** The next payload, changed under way: switching advertising off and on would cost an interval each time. */
  async function rotate(): Promise<void> {
    if (link === undefined || handlers === undefined || phase !== 'on-air') return;
    const advert = handlers.nextAdvert();
    const outcome = await link.commander.send(leSetAdvertisingData(advert.payload));
    if (phase !== 'on-air') return;
    if (succeeded(outcome)) confirmed(advert);
    else refused(`advertising data: ${describeOutcome(outcome)}`);
  }

  function confirmed(advert: Advert): void {
    counters.confirmed += 1;
    handlers?.onConfirmed(advert);
    if (disturbed) later(ADVERTISER_SETTLE_MS, arm);
    else if (performance.now() - armedAt > ADVERTISER_REFRESH_MS) later(advert.holdMs, arm);
    else later(advert.holdMs, rotate);
  }

  function refused(why: string): void {
    counters.refused += 1;
    phase = 'off';
    handlers?.onSilent(why);
    later(ADVERTISER_RETRY_MS, arm);
  }

  return {
    async start(given) {
      handlers = given;
      await adapterUp;
      if (phase === 'closed') open();
    },
    async stop() {
      const wasOpen = phase !== 'closed' && phase !== 'stopped';
      phase = 'stopped';
      clearTimeout(timer);
      if (link === undefined || !wasOpen || link.bleno.state !== 'poweredOn') return;
      const confirmedOff = link.commander.send(leSetAdvertiseEnable(false));
      const { promise: patience, resolve } = Promise.withResolvers<void>();
      setTimeout(resolve, STOP_ADVERTISING_TIMEOUT_MS);
      await Promise.race([confirmedOff, patience]);
    },
    counters: () => ({ ...counters }),
  };
}
