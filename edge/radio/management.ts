import { decodeAddress } from '../../protocol/hci/address.ts';
import { ADAPTER_POWER_TIMEOUT_MS } from '../core/thresholds.ts';
import { type ControlSocket, openControlSocket } from './libraries.ts';

/**
 * The kernel's Bluetooth management channel: which adapters there are by address, and switching them on and off. The same
 * as `btmgmt` does, without needing that program installed; switching asks for CAP_NET_ADMIN.
 */
export interface Management {
  /** Adapters the kernel offers; one that another program holds exclusively is not among them. Empty without an answer. */
  adapters(): Promise<readonly AdapterInfo[]>;
  /** False where it was refused or not answered in time. */
  setPowered(index: number, on: boolean): Promise<boolean>;
  close(): void;
}

export interface AdapterInfo {
  readonly index: number;
  /** `aa:bb:cc:dd:ee:ff` */
  readonly address: string;
  readonly powered: boolean;
}

const READ_INDEX_LIST = 0x0003;
const READ_INFO = 0x0004;
const SET_POWERED = 0x0005;
const NO_INDEX = 0xffff;
const COMMAND_COMPLETE = 0x0001;
const COMMAND_STATUS = 0x0002;
const HEADER = 6;
/** Bit 0 of the current settings. */
const POWERED = 1;

const LIST_TIMEOUT_MS = 3_000;

/** `undefined` where the channel cannot be opened: no Bluetooth in this kernel, or not allowed. */
export function openManagement(open: () => ControlSocket = openControlSocket): Management | undefined {
  try {
    return createManagement(open());
  } catch {
    return undefined;
  }
}

function createManagement(socket: ControlSocket): Management {
  const waiting = new Map<string, (reply: Buffer | undefined) => void>();

  socket.on('data', (packet: Buffer) => {
    if (packet.length < HEADER + 3) return;
    const event = packet.readUInt16LE(0);
    if (event !== COMMAND_COMPLETE && event !== COMMAND_STATUS) return;
    const settle = waiting.get(`${packet.readUInt16LE(HEADER)} ${packet.readUInt16LE(2)}`);
    const isSuccess = event === COMMAND_COMPLETE && packet[HEADER + 2] === 0;
    settle?.(isSuccess ? packet.subarray(HEADER + 3) : undefined);
  });
  socket.on('error', () => undefined);
  socket.start();

  /** The reply's parameters behind the status; `undefined` for a refusal or no answer. */
  function ask(
    opcode: number,
    index: number,
    params: readonly number[],
    timeoutMs: number,
  ): Promise<Buffer | undefined> {
    const key = `${opcode} ${index}`;
    return new Promise((resolve) => {
      const settle = (reply: Buffer | undefined): void => {
        clearTimeout(timer);
        waiting.delete(key);
        resolve(reply);
      };
      const timer = setTimeout(() => settle(undefined), timeoutMs);
      waiting.set(key, settle);
      const header = Buffer.alloc(HEADER);
      header.writeUInt16LE(opcode, 0);
      header.writeUInt16LE(index, 2);
      header.writeUInt16LE(params.length, 4);
      socket.write(Buffer.concat([header, Buffer.from(params)]));
    });
  }

  async function info(index: number): Promise<AdapterInfo | undefined> {
    const reply = await ask(READ_INFO, index, [], LIST_TIMEOUT_MS);
    if (reply === undefined || reply.length < 17) return undefined;
    return { index, address: decodeAddress(reply, 0), powered: (reply.readUInt32LE(13) & POWERED) !== 0 };
  }

  return {
    async adapters() {
      const reply = await ask(READ_INDEX_LIST, NO_INDEX, [], LIST_TIMEOUT_MS);
      if (reply === undefined || reply.length < 2) return [];
      const count = Math.min(reply.readUInt16LE(0), (reply.length - 2) >> 1);
      const found: AdapterInfo[] = [];
      for (let place = 0; place < count; place += 1) {
        const adapter = await info(reply.readUInt16LE(2 + 2 * place));
        if (adapter !== undefined) found.push(adapter);
      }
      return found.toSorted((a, b) => a.index - b.index);
    },
    async setPowered(index, on) {
      return (await ask(SET_POWERED, index, [on ? 1 : 0], ADAPTER_POWER_TIMEOUT_MS)) !== undefined;
    },
    close() {
      for (const settle of waiting.values()) settle(undefined);
      socket.removeAllListeners('data');
      socket.stop();
    },
  };
}
