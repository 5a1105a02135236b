import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { type AirMessageInput, AirReply } from '../../../protocol/lab/air-control.ts';

/** One message to the control socket at `path`. Rejects where nobody listens or the line breaks before the reply. */
export function airControl(path: string, message: AirMessageInput): Promise<AirReply> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(`${JSON.stringify(message)}\n`));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the air closed the control socket without a reply')));
    createInterface({ input: socket }).once('line', (line) => {
      resolve(AirReply.parse(JSON.parse(line)));
      socket.destroy();
    });
  });
}
