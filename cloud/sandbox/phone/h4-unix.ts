import { createConnection } from 'node:net';
import { createH4Framer } from '../../../protocol/hci/h4.ts';
import type { HciLink } from './hci-link.ts';

/** A controller of its own in the virtual air: one connection to its unix socket is one controller. Rejects if nobody listens. */
export function openH4Unix(path: string): Promise<HciLink> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    const frame = createH4Framer();
    let deliver: (packet: Uint8Array) => void = () => {};
    let lost: (reason: string) => void = () => {};
    let closed = false;

    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', (error) => end(error.message));
      socket.on('close', () => end('the air closed the connection'));
      socket.on('data', (chunk) => {
        const packets = frame(chunk);
        if (!packets.ok) return end(packets.reject.detail);
        for (const packet of packets.value) deliver(packet);
      });
      resolve({
        write: (packet) => void socket.write(packet),
        onPacket: (listener) => {
          deliver = listener;
        },
        onLost: (listener) => {
          lost = listener;
        },
        close: () => {
          closed = true;
          socket.destroy();
        },
      });
    });

    function end(reason: string): void {
      if (closed) return;
      closed = true;
      socket.destroy();
      lost(reason);
    }
  });
}
