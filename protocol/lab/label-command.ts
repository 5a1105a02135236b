import { encodeCommand } from '../hci/commands.ts';

/**
 * A vendor command of our emulated controllers: the host tells its controller the label by which people place it in the
 * virtual air. Addresses follow the order of connection, so only a label finds the same host again after a restart.
 */
export const SET_LABEL = 0xfc01;

const MAX_LABEL_BYTES = 64;

/** H4 packet; `label` is cut to 64 bytes of UTF-8. */
export const encodeSetLabel = (label: string): Uint8Array =>
  encodeCommand(SET_LABEL, new TextEncoder().encode(label).subarray(0, MAX_LABEL_BYTES));

export const decodeLabel = (params: Uint8Array): string => new TextDecoder().decode(params);
