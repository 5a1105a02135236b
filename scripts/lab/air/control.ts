import type { Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type AirReply, parseAirMessage } from '../../../protocol/lab/air-control.ts';
import type { Air } from './air.ts';
import { listenOnSocket } from './listen.ts';

/** Messages and replies: protocol/lab/air-control.ts. */
export const serveControl = (air: Air, path: string): Promise<Server> =>
  listenOnSocket(path, (socket) => answerLines(air, socket));

function answerLines(air: Air, socket: Socket): void {
  socket.on('error', () => {});
  createInterface({ input: socket }).on('line', (line) => socket.write(`${JSON.stringify(answer(air, line))}\n`));
}

function answer(air: Air, line: string): AirReply {
  const message = parseAirMessage(line);
  const outcome = message.ok ? air.control(message.value) : message;
  return outcome.ok ? { ok: true, ...outcome.value } : { ok: false, reject: { ...outcome.reject } };
}
