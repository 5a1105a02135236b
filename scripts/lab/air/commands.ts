import { encodeAddress } from '../../../protocol/hci/address.ts';
import { OPCODE } from '../../../protocol/hci/commands.ts';

/**
 * What an LE-only chip of Bluetooth 4.0 says about itself. Linux refuses or half-initialises a controller whose
 * answers contradict each other, so the command mask is made from the commands that are really answered.
 */

/** Where Read Local Supported Commands tells of a command: octet, bit (vol 4, part E, 6.27). */
const COMMAND_BIT: ReadonlyMap<number, readonly [octet: number, bit: number]> = new Map([
  [OPCODE.setEventMask, [5, 6]],
  [OPCODE.reset, [5, 7]],
  [OPCODE.readLocalVersion, [14, 3]],
  [OPCODE.readLocalFeatures, [14, 5]],
  [OPCODE.readBufferSize, [14, 7]],
  [OPCODE.readBdAddr, [15, 1]],
  [OPCODE.readLeHostSupported, [24, 5]],
  [OPCODE.writeLeHostSupported, [24, 6]],
  [OPCODE.leSetEventMask, [25, 0]],
  [OPCODE.leReadBufferSize, [25, 1]],
  [OPCODE.leReadLocalFeatures, [25, 2]],
  [OPCODE.leSetRandomAddress, [25, 4]],
  [OPCODE.leSetAdvertisingParameters, [25, 5]],
  [OPCODE.leReadAdvertisingTxPower, [25, 6]],
  [OPCODE.leSetAdvertisingData, [25, 7]],
  [OPCODE.leSetScanResponseData, [26, 0]],
  [OPCODE.leSetAdvertiseEnable, [26, 1]],
  [OPCODE.leSetScanParameters, [26, 2]],
  [OPCODE.leSetScanEnable, [26, 3]],
  [OPCODE.leReadWhiteListSize, [26, 6]],
  [OPCODE.leClearWhiteList, [26, 7]],
  [OPCODE.leAddToWhiteList, [27, 0]],
  [OPCODE.leRemoveFromWhiteList, [27, 1]],
  [OPCODE.leRand, [27, 7]],
  [OPCODE.leReadSupportedStates, [28, 3]],
]);

const supportedCommands = (): Uint8Array => {
  const mask = new Uint8Array(64);
  for (const [octet, bit] of COMMAND_BIT.values()) mask[octet] = (mask[octet] ?? 0) | (1 << bit);
  return mask;
};

const BLUETOOTH_4_0 = 6;
const ACL_BYTES = 192;
const NOTHING = new Uint8Array(0);

/** Commands whose answer never changes: opcode → return parameters behind the status. */
const FIXED_ANSWERS: ReadonlyMap<number, Uint8Array> = new Map([
  [OPCODE.setEventMask, NOTHING],
  [OPCODE.leSetEventMask, NOTHING],
  [OPCODE.leClearWhiteList, NOTHING],
  [OPCODE.leAddToWhiteList, NOTHING],
  [OPCODE.leRemoveFromWhiteList, NOTHING],
  // Manufacturer 0xffff: for use in tests.
  [OPCODE.readLocalVersion, Uint8Array.of(BLUETOOTH_4_0, 0, 0, BLUETOOTH_4_0, 0xff, 0xff, 0, 0)],
  [OPCODE.readLocalCommands, supportedCommands()],
  // "BR/EDR not supported" and "LE supported".
  [OPCODE.readLocalFeatures, Uint8Array.of(0, 0, 0, 0, 0x60, 0, 0, 0)],
  [OPCODE.readBufferSize, Uint8Array.of(ACL_BYTES, 0, 0, 1, 0, 0, 0)],
  [OPCODE.leReadBufferSize, Uint8Array.of(ACL_BYTES, 0, 1)],
  [OPCODE.leReadLocalFeatures, new Uint8Array(8)],
  [OPCODE.leReadAdvertisingTxPower, Uint8Array.of(0)],
  [OPCODE.leReadWhiteListSize, Uint8Array.of(8)],
  // Advertise in three ways, scan in two, and each of them at once.
  [OPCODE.leReadSupportedStates, Uint8Array.of(0x37, 0x77, 0, 0, 0, 0, 0, 0)],
]);

/** The return parameters of a command that only asks, or `undefined` where the answer depends on the state. */
export const fixedAnswer = (opcode: number, address: string): Uint8Array | undefined =>
  opcode === OPCODE.readBdAddr ? encodeAddress(address) : FIXED_ANSWERS.get(opcode);
