import { ADV_IND, decodeCommand } from '../../../protocol/hci/commands.ts';
import { encodeAdvertisingReports, encodeCommandComplete } from '../../../protocol/hci/events.ts';
import { unreachable } from '../../../protocol/result.ts';
import type { RssiDbm } from '../../../protocol/units.ts';
import { type AirAdvert, advertOf, type ControllerState, initialController, isListening } from './controller-state.ts';
import { answerCommand } from './host-commands.ts';
import { ADV_SCAN_IND } from './parameters.ts';

/**
 * A broadcast-only LE controller as its host sees it. Two independent switches, and a fault that freezes both:
 *
 *     silent ──Advertise Enable 1──▶ advertising      idle ──Scan Enable 1──▶ scanning
 *     silent ◀─Advertise Enable 0─── advertising      idle ◀─Scan Enable 0─── scanning
 *     any ──Reset, forget──▶ silent, idle             any ──hang──▶ hung ──unhang──▶ as before
 *
 * Invariants: parameters and random address never change under a running switch; a switch never runs on a random
 * address that was not set; a hung controller neither answers, sends nor reports; every other command gets exactly
 * one Command Complete.
 */

export type ControllerInput =
  | { readonly kind: 'packet'; readonly packet: Uint8Array }
  /** `responseRssi` is absent where the answer to an active scanner got lost. */
  | {
      readonly kind: 'advert';
      readonly advert: AirAdvert;
      readonly rssi: RssiDbm;
      readonly responseRssi: RssiDbm | undefined;
    }
  | { readonly kind: 'hang' | 'unhang' | 'forget' };

export type ControllerEffect =
  | { readonly kind: 'advertise' }
  | { readonly kind: 'fall-silent' }
  | { readonly kind: 'labelled'; readonly label: string };

export interface ControllerStep {
  readonly state: ControllerState;
  /** H4 packets for the host, in order. */
  readonly replies: readonly Uint8Array[];
  readonly effects: readonly ControllerEffect[];
}

const SUCCESS = 0x00;
const SCAN_RSP = 4;
/** Chips remember a few dozen to a few hundred advertisers; what falls out is reported again. */
const REPORTED_MAX = 256;

export function stepController(state: ControllerState, input: ControllerInput, nowMs: number): ControllerStep {
  switch (input.kind) {
    case 'packet':
      return onPacket(state, input.packet, nowMs);
    case 'advert':
      return isListening(state, nowMs) ? onAdvert(state, input) : still(state);
    case 'hang':
      return changed(state, { ...state, hung: true });
    case 'unhang':
      return changed(state, { ...state, hung: false });
    case 'forget':
      return changed(state, { ...initialController(state.address, state.label), hung: state.hung });
    default:
      return unreachable(input);
  }
}

const still = (state: ControllerState): ControllerStep => ({ state, replies: [], effects: [] });

/** The radio follows the state: whatever changed, the effect says what the antenna must now do. */
function changed(before: ControllerState, after: ControllerState, replies: readonly Uint8Array[] = []): ControllerStep {
  const effects: ControllerEffect[] = [];
  const wasOn = advertOf(before) !== undefined;
  const isOn = advertOf(after) !== undefined;
  if (wasOn !== isOn) effects.push({ kind: isOn ? 'advertise' : 'fall-silent' });
  if (after.label !== undefined && after.label !== before.label) effects.push({ kind: 'labelled', label: after.label });
  return { state: after, replies, effects };
}

function onPacket(state: ControllerState, packet: Uint8Array, nowMs: number): ControllerStep {
  const command = decodeCommand(packet);
  // ACL and SCO data belong to connections, which are not emulated.
  if (state.hung || command === undefined) return still(state);
  const answer = answerCommand(state, command.opcode, command.params, nowMs);
  const complete = encodeCommandComplete(
    command.opcode,
    answer.status ?? SUCCESS,
    Uint8Array.from(answer.returnParams ?? []),
  );
  return changed(state, answer.state ?? state, [complete]);
}

function onAdvert(state: ControllerState, input: Extract<ControllerInput, { kind: 'advert' }>): ControllerStep {
  const { advert, rssi, responseRssi } = input;
  const { address, addressType, pduType } = advert;
  const isScannable = pduType === ADV_IND || pduType === ADV_SCAN_IND;
  const reports = [{ pduType, addressType, address, data: advert.payload, rssi }];
  if (state.scanning.active && isScannable && responseRssi !== undefined) {
    reports.push({ pduType: SCAN_RSP, addressType, address, data: advert.scanResponse, rssi: responseRssi });
  }
  let reported = state.scanning.reported;
  const replies: Uint8Array[] = [];
  for (const report of reports) {
    if (state.scanning.filterDuplicates) {
      // Chips compare address and PDU type, whatever the payload: a changed payload is not news to them.
      const key = `${report.address} ${report.pduType}`;
      if (reported.has(key)) continue;
      reported = remember(reported, key);
    }
    replies.push(encodeAdvertisingReports([report]));
  }
  return { state: { ...state, scanning: { ...state.scanning, reported } }, replies, effects: [] };
}

const remember = (reported: ReadonlySet<string>, key: string): ReadonlySet<string> =>
  new Set([...[...reported].slice(-(REPORTED_MAX - 1)), key]);
