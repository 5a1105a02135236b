import pico from 'picocolors';
import { type Check, examine, type Status } from './core/doctor/check.ts';
import { renderChecks } from './core/doctor/render.ts';
import { RULES } from './core/doctor/table.ts';
import { type DoctorParts, gatherFacts } from './doctor-facts.ts';
import { createMachine } from './host/machine.ts';
import type { Offer } from './host/probe-bluetooth.ts';
import { realSurroundings } from './host/probe-tools.ts';
import { isAirLoaded } from './radio/libraries.ts';
import { openManagement } from './radio/management.ts';
import type { EdgeSettings } from './settings.ts';

/** Every check of the node `parts` describe. Changes nothing on it, and needs no daemon. */
export const diagnose = async (parts: DoctorParts): Promise<readonly Check[]> =>
  examine(RULES, await gatherFacts(parts));

/** The node on this machine. */
export const diagnoseHere = (settings: EdgeSettings, wanted: string | undefined): Promise<readonly Check[]> =>
  diagnose({
    settings,
    wanted,
    around: realSurroundings(),
    machine: createMachine({ clockOverride: settings.clock }),
    offer: askKernel,
  });

export const hasFailure = (checks: readonly Check[]): boolean => checks.some(({ status }) => status === 'fail');

/** The screen for people. */
export function renderDiagnosis(checks: readonly Check[], colours: boolean): string {
  const { green, yellow, red, dim } = pico.createColors(colours);
  const colourOf: Readonly<Record<Status, (text: string) => string>> = {
    ok: green,
    warn: yellow,
    fail: red,
    skip: dim,
  };
  return renderChecks(checks, RULES, (status, text) => colourOf[status](text));
}

async function askKernel(): Promise<Offer | undefined> {
  // With the lab's socket in the place of the native one there is no management channel.
  const management = isAirLoaded() ? undefined : openManagement();
  try {
    return await management?.adapters();
  } finally {
    management?.close();
  }
}
