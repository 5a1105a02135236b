import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type AirMessageInput, AirReply } from '../../../protocol/lab/air-control.ts';

/** The virtual air's control socket: where on the street a controller is. */
export interface AirControl {
  /** Metres; the shop's door is at 0,0. Rejects with the air's own words. */
  place(address: string, x: number, y: number): Promise<void>;
  close(): void;
}

/** Connects to the control socket at `path`. Replies come in the order of the messages. Rejects if nobody listens. */
export async function connectAir(path: string): Promise<AirControl> {
  const socket = await connected(path);
  const waiting: { resolve(reply: AirReply): void; reject(error: Error): void }[] = [];
  let gone: Error | undefined;

  createInterface({ input: socket }).on('line', (line) => {
    const next = waiting.shift();
    try {
      next?.resolve(AirReply.parse(JSON.parse(line)));
    } catch (error) {
      next?.reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
  const fail = (error: Error): void => {
    gone ??= error;
    for (const { reject } of waiting.splice(0)) reject(gone);
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the air closed its control socket')));

  function tell(message: AirMessageInput): Promise<AirReply> {
    return new Promise((resolve, reject) => {
      if (gone !== undefined) return reject(gone);
      waiting.push({ resolve, reject });
      socket.write(`${JSON.stringify(message)}\n`);
    });
  }

  return {
    place: async (address, x, y) => {
      const reply = await tell({ place: { address, x, y } });
      if (!reply.ok) throw new Error(`the air refused to place ${address}: ${reply.reject.detail}`);
    },
    close: () => void socket.destroy(),
  };
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
