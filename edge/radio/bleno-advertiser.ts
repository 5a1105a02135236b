import {
  ADV_NONCONN_IND,
  leSetAdvertiseEnable,
  leSetAdvertisingData,
  leSetAdvertisingParameters,
  OPCODE,
} from '../../protocol/hci/commands.ts';
import type { Advert, AdvertOnAir } from '../core/advert-schedule.ts';
import type { RadioFact } from '../core/supervision.ts';
import {
  ADVERTISER_PROBE_MS,
  ADVERTISER_REFRESH_MS,
  ADVERTISER_RETRY_MS,
  ADVERTISER_SETTLE_MS,
  ADVERTISING_INTERVAL_MS,
  ADVERTISING_UNIT_MS,
  STOP_ADVERTISING_TIMEOUT_MS,
} from '../core/thresholds.ts';
import {
  type CommandOutcome,
  createHciCommander,
  describeOutcome,
  type HciCommander,
  succeeded,
} from './hci-commander.ts';
import { type Bleno, keepSigint, loadBleno, unavailable } from './libraries.ts';
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
 *   arming, on-air ──closing time: switched off──▶ quiet ──the advert of then──▶ arming
 *
 * Invariants: `onConfirmed` follows only the controller's own answer that it is so; a completion that answers none of our own
 * commands means somebody else touched advertising, and arms anew; after `stopped` nothing enables advertising again.
 */
type Phase = 'closed' | 'off' | 'arming' | 'on-air' | 'quiet' | 'stopped';

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

interface Link {
  readonly bleno: Bleno;
  readonly commander: HciCommander;
}

export interface BlenoAdvertiserOptions {
  readonly deviceId: number;
  /** Resolves when the scanner's library has brought the adapter up: its start-up would disable our advertising. */
  readonly adapterUp: Promise<void>;
  /** Time between two adverts in units of 0.625 ms. */
  readonly intervalUnits?: number;
  /** Told of commands that nobody answered, and of every change between silence and being on air. */
  readonly onFact?: (fact: RadioFact) => void;
  /** Where bleno comes from; tests bring one of their own. */
  readonly load?: (deviceId: number) => Bleno;
}

export function createBlenoAdvertiser(options: BlenoAdvertiserOptions): Advertiser {
  const { deviceId, adapterUp, onFact, load = loadBleno } = options;
  const { intervalUnits = ADVERTISING_INTERVAL_MS / ADVERTISING_UNIT_MS } = options;
  let parameterCommand = leSetAdvertisingParameters({ intervalUnits, type: ADV_NONCONN_IND });
  const counters = { confirmed: 0, refused: 0, rearmed: 0 };
  let phase: Phase = 'closed';
  let disturbed = false;
  let armedAt = 0;
  let probedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let link: Link | undefined;
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
        if (phase === 'on-air' || phase === 'quiet') later(ADVERTISER_SETTLE_MS, arm);
      },
    });
    link = { bleno, commander };
    phase = 'off';
    // The first listener makes bleno open the adapter, which throws when there is none.
    try {
      bleno.on('stateChange', onState);
    } catch (error) {
      throw unavailable(`hci${deviceId}`, error);
    }
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
    const advert = handlers.nextAdvert();
    if (phase === 'on-air' && advert.kind !== 'silence') counters.rearmed += 1;
    phase = 'arming';
    disturbed = false;
    const refusal = advert.kind === 'silence' ? await disable(link) : await enable(advert, link);
    if (phase !== 'arming') return;
    if (refusal !== undefined) return refused(`advertising ${advert.kind === 'silence' ? 'stop' : 'start'}`, refusal);
    phase = advert.kind === 'silence' ? 'quiet' : 'on-air';
    armedAt = performance.now();
    probedAt = armedAt;
    confirmed(advert);
  }

  /** Why silence is not certain, if it is not. A refusal is as good as a yes: there was nothing to switch off. */
  async function disable({ commander }: Link): Promise<CommandOutcome | undefined> {
    const outcome = await commander.send(leSetAdvertiseEnable(false));
    return outcome.kind === 'status' ? undefined : outcome;
  }

  /** The answer that kept the controller from advertising, if any. */
  async function enable(advert: AdvertOnAir, { bleno, commander }: Link): Promise<CommandOutcome | undefined> {
    // Parameters are refused while advertising is on, and a process that was killed may have left it on. Being told that
    // there was nothing to switch off is no failure.
    await commander.send(leSetAdvertiseEnable(false));
    if (phase !== 'arming') return undefined;
    const parameters = await commander.send(parameterCommand);
    if (phase !== 'arming') return undefined;
    if (!succeeded(parameters)) return parameters;
    const answers = Promise.all(BLENO_START.map((opcode) => commander.expect(opcode)));
    bleno.startAdvertisingWithEIRData(Buffer.from(advert.payload), Buffer.alloc(0));
    return (await answers).find((outcome) => !succeeded(outcome));
  }

  /** The next payload, changed under way: switching advertising off and on would cost an interval each time. */
  async function rotate(): Promise<void> {
    if (link === undefined || handlers === undefined || phase !== 'on-air') return;
    const advert = handlers.nextAdvert();
    if (advert.kind === 'silence') return arm();
    const outcome = await link.commander.send(leSetAdvertisingData(advert.payload));
    if (phase !== 'on-air') return;
    if (!succeeded(outcome)) return refused('advertising data', outcome);
    if (await isOff(link)) disturbed = true;
    if (phase === 'on-air') confirmed(advert);
  }

  /** Now and then asks for the parameters once more, which a controller refuses for as long as it advertises. */
  async function isOff({ commander }: Link): Promise<boolean> {
    if (performance.now() - probedAt < ADVERTISER_PROBE_MS) return false;
    probedAt = performance.now();
    return succeeded(await commander.send(parameterCommand));
  }

  function confirmed(advert: Advert): void {
    counters.confirmed += 1;
    handlers?.onConfirmed(advert);
    onFact?.({ type: 'on-air' });
    if (disturbed) later(ADVERTISER_SETTLE_MS, arm);
    else if (phase === 'quiet') later(advert.holdMs, arm);
    else if (performance.now() - armedAt > ADVERTISER_REFRESH_MS) later(advert.holdMs, arm);
    else later(advert.holdMs, rotate);
  }

  function refused(what: string, outcome: CommandOutcome): void {
    counters.refused += 1;
    phase = 'off';
    handlers?.onSilent(`${what}: ${describeOutcome(outcome)}`);
    onFact?.({ type: 'off-air' });
    if (outcome.kind === 'timeout') onFact?.({ type: 'no-answer' });
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
    setInterval(units) {
      parameterCommand = leSetAdvertisingParameters({ intervalUnits: units, type: ADV_NONCONN_IND });
      if (phase === 'on-air' || phase === 'quiet') later(0, arm);
    },
    counters: () => ({ ...counters }),
  };
}
