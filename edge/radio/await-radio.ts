import { type Result, reject } from '../../protocol/result.ts';
import { ADAPTER_WAIT_MS } from '../core/thresholds.ts';
import type { Management } from './management.ts';
import { type RadioChoice, type RadioChoiceRejectCode, type RadioSurroundings, selectRadio } from './select-radio.ts';

export interface AwaitRadioParts {
  readonly surroundings: () => RadioSurroundings;
  /** Absent where the kernel has no management channel for us: adapters are then neither found by address nor switched on. */
  readonly management: Management | undefined;
  /** Ends the waiting early. */
  readonly isGivenUp?: () => boolean;
  /** Told once when there is something to wait for. */
  readonly onWait: (why: string) => void;
  readonly pause?: (ms: number) => Promise<void>;
}

const LOOK_EVERY_MS = 500;

/**
 * The radio `wanted` names, present and switched on. An adapter may appear only after this program, at boot and when it
 * was unplugged, so its absence is a reject only after {@link ADAPTER_WAIT_MS}.
 */
export async function awaitRadio(
  wanted: string | undefined,
  parts: AwaitRadioParts,
): Promise<Result<RadioChoice, RadioChoiceRejectCode>> {
  const pause = parts.pause ?? ((ms) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  let found = await look(wanted, parts);
  if (!found.ok && mayAppear(found.reject.code)) parts.onWait(found.reject.detail);
  for (let waited = 0; waited < ADAPTER_WAIT_MS && parts.isGivenUp?.() !== true; waited += LOOK_EVERY_MS) {
    if (found.ok || !mayAppear(found.reject.code)) break;
    await pause(LOOK_EVERY_MS);
    found = await look(wanted, parts);
  }
  return found;
}

/** Whether time may bring the radio; otherwise somebody has to change a setting. */
export const mayAppear = (code: RadioChoiceRejectCode): boolean => code === 'no-radio' || code === 'adapter-held';

async function look(wanted: string | undefined, { surroundings, management }: AwaitRadioParts) {
  const offered = (await management?.adapters()) ?? [];
  const choice = selectRadio(wanted, { ...surroundings(), offered });
  if (!choice.ok || choice.value.kind === 'virtual-air' || management === undefined) return choice;
  const { deviceId, name } = choice.value;
  const adapter = offered.find(({ index }) => index === deviceId);
  if (adapter === undefined) return held(name);
  // If it stays off, the radio's supervision tries again, and says so.
  if (!adapter.powered) await management.setPowered(deviceId, true);
  return choice;
}

const held = (name: string) =>
  reject(
    'adapter-held' as const,
    `${name} is there but not to be had: it is still starting, or another program holds it for itself (HCI user channel); stop that program or choose another adapter with --radio`,
  );
