import { decodeFrame, type Frame } from '../../../protocol/frames/frame.ts';
import { leSetScanEnable, leSetScanParameters } from '../../../protocol/hci/commands.ts';
import type { RssiDbm } from '../../../protocol/units.ts';
import type { Controller } from './controller.ts';

/** One beacon frame really heard. */
export interface FrameHeard {
  readonly frame: Frame;
  readonly rssi: RssiDbm | undefined;
}

/** How many adverts came in, and what they were: by frame kind, or by the code of the refusal. */
export type HeardCounts = Record<string, number>;

/** 10 ms, listening all the time: a phone with LINE open scans as hard as it can. */
const CONTINUOUS = { active: false, intervalUnits: 16, windowUnits: 16 };

/** Starts listening. Returns the running counts; `onFrame` gets every frame, repeats included. */
export async function startScan(controller: Controller, onFrame: (heard: FrameHeard) => void): Promise<HeardCounts> {
  const counts: HeardCounts = {};
  controller.onReport(({ data, rssi }) => {
    const decoded = decodeFrame(data);
    const key = decoded.ok ? decoded.value.kind : decoded.reject.code;
    counts[key] = (counts[key] ?? 0) + 1;
    if (decoded.ok) onFrame({ frame: decoded.value, rssi });
  });
  await controller.command(leSetScanParameters(CONTINUOUS));
  await controller.command(leSetScanEnable({ enabled: true, filterDuplicates: false }));
  return counts;
}
