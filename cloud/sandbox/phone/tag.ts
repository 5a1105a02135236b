import {
  ADV_NONCONN_IND,
  leSetAdvertiseEnable,
  leSetAdvertisingData,
  leSetAdvertisingParameters,
} from '../../../protocol/hci/commands.ts';
import type { Controller } from './controller.ts';

/** Bluetooth 4.0 allows non-connectable advertising from 100 ms up. */
export const MIN_TAG_INTERVAL_MS = 100;

/** Puts `payload` on the air every `intervalMs`: a member's key fob, or an impostor that copied somebody's frame. */
export async function startTag(controller: Controller, payload: Uint8Array, intervalMs: number): Promise<void> {
  const intervalUnits = Math.round(Math.max(intervalMs, MIN_TAG_INTERVAL_MS) / 0.625);
  await controller.command(leSetAdvertisingParameters({ intervalUnits, type: ADV_NONCONN_IND }));
  await controller.command(leSetAdvertisingData(payload));
  await controller.command(leSetAdvertiseEnable(true));
}
