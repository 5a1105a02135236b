import { connect } from 'node:net';
import { decodeFrame } from '../../../protocol/frames/frame.ts';
import { leSetScanEnable, leSetScanParameters } from '../../../protocol/hci/commands.ts';
import { decodeEvent } from '../../../protocol/hci/events.ts';
import { createH4Framer } from '../../../protocol/hci/h4.ts';
import type { Hwid } from '../../../protocol/ids.ts';

/** A passer-by's phone: a controller of its own in the air that listens for one node's LINE frame. */
export interface Phone {
  /** When the frame was last heard, as `performance.now()`; −∞ before the first time. */
  lastHeardMs(): number;
  close(): void;
}

/** Connects to the air's unix socket at `path`. A phone does not outlive its air. */
export function startPhone(path: string, hwid: Hwid): Phone {
  let lastHeard = Number.NEGATIVE_INFINITY;
  const frame = createH4Framer();
  const socket = connect(path);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    const packets = frame(chunk);
    for (const packet of packets.ok ? packets.value : []) {
      const event = decodeEvent(packet);
      for (const { data } of event?.kind === 'advertising-reports' ? event.reports : []) {
        const decoded = decodeFrame(data);
        const isOurs = decoded.ok && decoded.value.kind === 'line-simple-beacon' && decoded.value.hwid === hwid;
        if (isOurs) lastHeard = performance.now();
      }
    }
  });
  socket.write(leSetScanParameters({ active: false, intervalUnits: 16, windowUnits: 16 }));
  socket.write(leSetScanEnable({ enabled: true, filterDuplicates: false }));
  return { lastHeardMs: () => lastHeard, close: () => void socket.destroy() };
}
