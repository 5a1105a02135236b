import type { Server, Socket } from 'node:net';
import { createH4Framer } from '../../../protocol/hci/h4.ts';
import type { Air } from './air.ts';
import { listenOnSocket } from './listen.ts';

/** A host that reads nothing for this long loses reports, as with a real chip, instead of filling our memory. */
const UNREAD_MAX_BYTES = 1 << 20;

/** Each connection to `path` is one controller, from its first byte to its close; the wire is H4. */
export const serveUnix = (air: Air, path: string): Promise<Server> =>
  listenOnSocket(path, (socket) => attach(air, socket));

function attach(air: Air, socket: Socket): void {
  const frame = createH4Framer();
  const port = air.join((packet) => {
    if (!socket.writable || socket.writableLength > UNREAD_MAX_BYTES) return false;
    socket.write(packet);
    return true;
  });
  socket.on('data', (chunk) => {
    const packets = frame(chunk);
    // A stream that lost its place cannot find it again; the host reconnects.
    if (!packets.ok) socket.destroy();
    else for (const packet of packets.value) port.receive(packet);
  });
  // Every error is followed by "close", and losing a host is no news to the air.
  socket.on('error', () => {});
  socket.on('close', () => port.leave());
}
