import { decodeAddress } from '../../../protocol/hci/address.ts';
import { OPCODE } from '../../../protocol/hci/commands.ts';
import { decodeLabel, SET_LABEL } from '../../../protocol/lab/label-command.ts';
import { fixedAnswer } from './commands.ts';
import { type ControllerState, initialController } from './controller-state.ts';
import {
  type OwnAddress,
  parseAdvertisingParameters,
  parseData,
  parseFlag,
  parseScanParameters,
} from './parameters.ts';
import { seededUniform } from './random.ts';

/** Absent status: success. Absent state: unchanged. */
export interface Answer {
  readonly status?: number;
  readonly returnParams?: Uint8Array;
  readonly state?: ControllerState;
}

const STATUS = { unknownCommand: 0x01, disallowed: 0x0c, invalidParameters: 0x12 } as const;
const invalid: Answer = { status: STATUS.invalidParameters };
const disallowed: Answer = { status: STATUS.disallowed };

/** What the chip answers to one command of its host, and how that changes it. Unknown opcodes get "unknown command". */
export function answerCommand(state: ControllerState, opcode: number, params: Uint8Array, nowMs: number): Answer {
  const { advertising, scanning } = state;
  switch (opcode) {
    case OPCODE.reset:
      return { state: initialController(state.address, state.label) };
    case SET_LABEL:
      return { state: { ...state, label: decodeLabel(params) } };
    case OPCODE.writeLeHostSupported:
      return params.length === 2 ? { state: { ...state, leHost: params[0] ?? 0 } } : invalid;
    case OPCODE.readLeHostSupported:
      return { returnParams: Uint8Array.of(state.leHost, 0) };
    case OPCODE.leRand:
      return leRand(state);
    case OPCODE.leSetRandomAddress:
      if (advertising.enabled || scanning.enabled) return disallowed;
      return params.length === 6 ? { state: { ...state, randomAddress: decodeAddress(params, 0) } } : invalid;
    case OPCODE.leSetAdvertisingParameters: {
      if (advertising.enabled) return disallowed;
      const parsed = parseAdvertisingParameters(params);
      return parsed.ok ? { state: { ...state, advertising: { ...advertising, ...parsed.value } } } : invalid;
    }
    case OPCODE.leSetAdvertisingData: {
      const data = parseData(params);
      return data.ok ? { state: { ...state, advertising: { ...advertising, payload: data.value } } } : invalid;
    }
    case OPCODE.leSetScanResponseData: {
      const data = parseData(params);
      return data.ok ? { state: { ...state, advertising: { ...advertising, scanResponse: data.value } } } : invalid;
    }
    case OPCODE.leSetAdvertiseEnable: {
      const enabled = params.length === 1 ? parseFlag(params[0]) : undefined;
      if (enabled === undefined || (enabled && lacksAddress(state, advertising.ownAddress))) return invalid;
      return { state: { ...state, advertising: { ...advertising, enabled } } };
    }
    case OPCODE.leSetScanParameters: {
      if (scanning.enabled) return disallowed;
      const parsed = parseScanParameters(params);
      return parsed.ok ? { state: { ...state, scanning: { ...scanning, ...parsed.value } } } : invalid;
    }
    case OPCODE.leSetScanEnable:
      return leSetScanEnable(state, params, nowMs);
    default: {
      const returnParams = fixedAnswer(opcode, state.address);
      return returnParams === undefined ? { status: STATUS.unknownCommand } : { returnParams };
    }
  }
}

const lacksAddress = (state: ControllerState, own: OwnAddress): boolean =>
  own === 'random' && state.randomAddress === undefined;

/** Enabling again while enabled starts the duplicate filter afresh (vol 4, part E, 7.8.11). */
function leSetScanEnable(state: ControllerState, params: Uint8Array, nowMs: number): Answer {
  const enabled = params.length === 2 ? parseFlag(params[0]) : undefined;
  const filterDuplicates = parseFlag(params[1]);
  if (enabled === undefined || filterDuplicates === undefined) return invalid;
  if (enabled && lacksAddress(state, state.scanning.ownAddress)) return invalid;
  const sinceMs = state.scanning.enabled ? state.scanning.sinceMs : nowMs;
  return {
    state: { ...state, scanning: { ...state.scanning, enabled, filterDuplicates, sinceMs, reported: new Set() } },
  };
}

function leRand(state: ControllerState): Answer {
  const uniform = seededUniform(0);
  const byte = (index: number): number =>
    Math.floor(uniform(`rand ${state.address}`, state.randomsDrawn + index) * 256);
  const returnParams = Uint8Array.from({ length: 8 }, (_, index) => byte(index));
  return { returnParams, state: { ...state, randomsDrawn: state.randomsDrawn + 8 } };
}
