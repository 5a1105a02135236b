import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { decodeCommand, OPCODE } from '../../../protocol/hci/commands.ts';
import { encodeCommandComplete } from '../../../protocol/hci/events.ts';

/** Answers with parameters; noble reads them. */
const RETURN_PARAMS: Readonly<Record<number, Uint8Array>> = {
  [OPCODE.readLocalVersion]: Uint8Array.of(9, 0, 0, 9, 0xf1, 5, 0, 0),
  [OPCODE.readBdAddr]: Uint8Array.of(1, 2, 3, 4, 5, 6),
  [OPCODE.leReadBufferSize]: Uint8Array.of(192, 0, 1),
  [OPCODE.readLeHostSupported]: Uint8Array.of(1, 0),
};

/** A controller that agrees to everything and hears what the bench gives it, in the place of the native HCI socket. */
class StubSocket extends EventEmitter {
  static latest: StubSocket | undefined;

  constructor() {
    super();
    StubSocket.latest = this;
  }

  write(packet: Buffer): void {
    const opcode = decodeCommand(packet)?.opcode ?? 0;
    const answer = Buffer.from(encodeCommandComplete(opcode, 0, RETURN_PARAMS[opcode]));
    setImmediate(() => this.emit('data', answer));
  }

  isDevUp = (): boolean => true;
  bindRaw = (): number => 0;
  start(): void {}
  stop(): void {}
  setFilter(): void {}
}

/** Must run before noble is loaded. Returns the socket of the noble made last. */
export function stubHciSocket(): () => EventEmitter {
  const require = createRequire(import.meta.url);
  const id = createRequire(require.resolve('@abandonware/noble')).resolve('@abandonware/bluetooth-hci-socket');
  require.cache[id] = Object.assign(Object.create(null), { id, filename: id, loaded: true, exports: StubSocket });
  return () => {
    if (StubSocket.latest === undefined) throw new Error('nothing has opened a socket');
    return StubSocket.latest;
  };
}
