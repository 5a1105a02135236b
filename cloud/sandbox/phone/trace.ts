import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { btsnoopHeader, encodeBtsnoopRecord } from '../../../protocol/hci/btsnoop.ts';

/** A record of all a radio said and heard, readable by btmon and Wireshark. */
export interface Trace {
  record(packet: Uint8Array): void;
  close(): void;
}

/** Opens `<directory>/<name>.btsnoop`. Throws if the directory cannot be made. A full disk ends the trace, not the walk. */
export function openTrace(directory: string, name: string, adapter: number): Trace {
  mkdirSync(directory, { recursive: true });
  const file = createWriteStream(join(directory, `${name}.btsnoop`));
  let broken = false;
  file.on('error', () => {
    broken = true;
  });
  file.write(btsnoopHeader());
  return {
    record: (packet) => {
      if (broken || file.writableEnded) return;
      file.write(encodeBtsnoopRecord({ adapter, atMs: performance.timeOrigin + performance.now(), packet }));
    },
    close: () => void file.end(),
  };
}
