import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { H4_COMMAND, H4_EVENT } from '../../protocol/hci/h4.ts';
import { createH4Link, type H4Link } from './h4-link.ts';

/**
 * Stands in for `@abandonware/bluetooth-hci-socket`: the same surface, but the controller is one of the virtual air
 * behind `PHAROS_AIR_SOCKET` instead of the kernel's. `PHAROS_AIR_LABEL` names it there; device ids above 0 add `/id`.
 *
 * Unlike a kernel's, a lost controller comes back to the same socket, and it dies with the process. What happens to an
 * adapter that is unplugged, or whose program was killed, is for the kernel lab to say.
 */
class VirtualHciSocket extends EventEmitter {
  #link: H4Link | undefined;
  #filter: Buffer | undefined;
  #lossesSeen = 0;
  readonly #member = {
    onPacket: (packet: Buffer) => {
      if (this.#passes(packet)) this.emit('data', packet);
    },
  };

  getDeviceList() {
    const [path] = airSocket();
    const ids = new Set([...(path !== undefined && existsSync(path) ? [0] : []), ...links.keys()]);
    return Array.from(ids, (devId) => ({
      devId,
      devUp: links.get(devId)?.isUp ?? true,
      idVendor: null,
      idProduct: null,
      busNumber: null,
      deviceAddress: null,
    }));
  }

  /** Hosts ask once a second; a loss between two questions must not pass unseen. */
  isDevUp(): boolean {
    if (this.#link === undefined) return false;
    const missedLoss = this.#link.losses !== this.#lossesSeen;
    this.#lossesSeen = this.#link.losses;
    return this.#link.isUp && !missedLoss;
  }

  bindRaw(deviceId?: number | null): number {
    this.#link = linkTo(deviceId ?? 0);
    this.#lossesSeen = this.#link.losses;
    return this.#link.deviceId;
  }

  bindUser(deviceId?: number | null): number {
    return this.bindRaw(deviceId);
  }

  /** The management channel: bleno opens it when loaded, to hand over pairing keys, and hears nothing back. */
  bindControl(): number {
    return 0;
  }

  start(): void {
    this.#link?.attach(this.#member);
  }

  stop(): void {
    this.#link?.detach(this.#member);
  }

  reset(): void {}

  cleanup(): void {}

  /** Linux' `struct hci_filter`: packet types, two words of events, opcode. */
  setFilter(filter: Buffer): void {
    this.#filter = Buffer.from(filter);
  }

  write(packet: Uint8Array): void {
    if (this.#link === undefined || this.#link.write(this.#member, Uint8Array.from(packet))) return;
    const error = Object.assign(new Error('Network is down'), { code: 'ENETDOWN', syscall: 'write' });
    setImmediate(() => this.listenerCount('error') > 0 && this.emit('error', error));
  }

  #passes(packet: Buffer): boolean {
    const filter = this.#filter;
    const type = packet[0] ?? 0;
    if (filter === undefined) return type !== H4_COMMAND;
    if ((filter.readUInt32LE(0) & (1 << type)) === 0) return false;
    if (type !== H4_EVENT) return true;
    const event = (packet[1] ?? 0) & 63;
    return (filter.readUInt32LE(event < 32 ? 4 : 8) & (1 << (event % 32))) !== 0;
  }
}

const links = new Map<number, H4Link>();

const airSocket = (): readonly [path: string | undefined, label: string | undefined] => [
  process.env['PHAROS_AIR_SOCKET'],
  process.env['PHAROS_AIR_LABEL'],
];

/** Throws `ENODEV`, as the kernel does where there is no such adapter. */
function linkTo(deviceId: number): H4Link {
  const known = links.get(deviceId);
  if (known !== undefined) return known;
  const [path, label] = airSocket();
  if (path === undefined) {
    throw Object.assign(new Error('ENODEV, No such device (PHAROS_AIR_SOCKET is not set)'), { code: 'ENODEV' });
  }
  const link = createH4Link(deviceId, path, label === undefined || deviceId === 0 ? label : `${label}/${deviceId}`);
  links.set(deviceId, link);
  return link;
}

// What `require` of this module gives, in CommonJS packages: the class itself.
export { VirtualHciSocket, VirtualHciSocket as 'module.exports' };
