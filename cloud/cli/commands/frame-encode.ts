import { toHex } from '../../../protocol/bytes.ts';
import { encodeIBeacon } from '../../../protocol/frames/ibeacon.ts';
import { encodeLineSecure } from '../../../protocol/frames/line-secure.ts';
import { encodeLineSimple } from '../../../protocol/frames/line-simple.ts';
import { DeviceMessageHex, Hwid, ProximityUuid } from '../../../protocol/ids.ts';
import { type MeasuredPowerDbm, measuredPowerDbm } from '../../../protocol/units.ts';
import { parseBytes, parseWhole, parseWith } from '../arguments.ts';
import { misuse } from '../failure.ts';
import { printJson, type Shell } from '../shell.ts';

/** `pharos frame encode …`: the whole advertising payload in hexadecimal. */

export interface LineSimpleOptions {
  readonly hwid: string;
  readonly dm: string;
}

export function encodeLineSimpleFrame(shell: Shell, { hwid, dm }: LineSimpleOptions): void {
  const frame = { hwid: parseWith(Hwid, '--hwid', hwid), dm: parseWith(DeviceMessageHex, '--dm', dm) };
  print(shell, encodeLineSimple(frame));
}

export interface IBeaconOptions {
  readonly uuid: string;
  readonly major: string;
  readonly minor: string;
  readonly measuredPower: string;
}

export function encodeIBeaconFrame(shell: Shell, options: IBeaconOptions): void {
  const frame = {
    uuid: parseWith(ProximityUuid, '--uuid', options.uuid),
    major: parseWhole('--major', options.major, 0, 0xffff),
    minor: parseWhole('--minor', options.minor, 0, 0xffff),
    measuredPower: measuredPower(options.measuredPower),
  };
  print(shell, encodeIBeacon(frame));
}

export interface LineSecureOptions {
  readonly hwid: string;
  readonly timestamp: string;
  readonly vendorKey: string;
  readonly lotKey: string;
  readonly battery: string;
  readonly measuredPower?: string;
}

export function encodeLineSecureFrame(shell: Shell, options: LineSecureOptions): void {
  const frame = {
    hwid: parseWith(Hwid, '--hwid', options.hwid),
    timestamp: timestamp(options.timestamp),
    vendorKey: parseBytes('--vendor-key', options.vendorKey, 4),
    lotKey: parseBytes('--lot-key', options.lotKey, 8),
    battery: parseWhole('--battery', options.battery, 0, 0xff),
    ...(options.measuredPower !== undefined && { measuredPower: measuredPower(options.measuredPower) }),
  };
  print(shell, encodeLineSecure(frame));
}

const measuredPower = (text: string): MeasuredPowerDbm =>
  measuredPowerDbm(parseWhole('--measured-power', text, -128, 127));

function timestamp(text: string): bigint {
  const steps = /^\d{1,20}$/.test(text) ? BigInt(text) : -1n;
  if (steps !== BigInt.asUintN(64, steps)) {
    throw misuse({
      en: `--timestamp must be a count of 15 s steps of at most 64 bits, not "${text}"`,
      'zh-TW': `--timestamp 要是以 15 秒為一步的步數（最多 64 位元），不能是「${text}」`,
    });
  }
  return steps;
}

function print(shell: Shell, bytes: Uint8Array): void {
  const payload = toHex(bytes);
  if (shell.json) printJson(shell, { payload });
  else shell.out(`${payload}\n`);
}
