import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createH4Framer } from '../../protocol/hci/h4.ts';
import { encodeSetLabel } from '../../protocol/lab/label-command.ts';

/**
 * One controller of the virtual air, shared by every HCI socket of this process that is bound to the same device id.
 *
 *     down ──socket file there──▶ dialling ──connected──▶ up
 *       ▲                            │ refused             │ closed, framing lost
 *       └───────────── redial ◀──────┴─────────────────────┘
 *
 * Invariants: nothing written before a loss reaches the controller after it, for that is a new one which knows
 * nothing; a loss is seen as "down" at least once by every member that asks, however quickly the air came back.
 */
export interface H4Link {
  readonly deviceId: number;
  readonly isUp: boolean;
  /** Counts losses, so that a member can tell one it did not see. */
  readonly losses: number;
  /** False where nothing can be sent. */
  write(from: H4Member, packet: Uint8Array): boolean;
  attach(member: H4Member): void;
  detach(member: H4Member): void;
}

export interface H4Member {
  /** From the controller, or a command that another member wrote. */
  onPacket(packet: Buffer): void;
}

const REDIAL_MS = 250;

export function createH4Link(deviceId: number, path: string, label: string | undefined): H4Link {
  const members = new Set<H4Member>();
  let socket: Socket | undefined;
  let isUp = false;
  let losses = 0;
  let unsent: Uint8Array[] = [];

  function dial(): void {
    const framer = createH4Framer();
    const dialled = connect(path);
    socket = dialled;
    // Dialling takes a turn of the event loop, yet a host asks at once whether its adapter is up and then waits a
    // second: where the socket exists, the first dial counts as up, and what is written meanwhile is kept.
    isUp = losses === 0 && existsSync(path);
    unsent = label === undefined ? [] : [encodeSetLabel(label)];
    dialled.on('connect', () => {
      isUp = true;
      for (const packet of unsent.splice(0)) dialled.write(packet);
    });
    dialled.on('data', (chunk) => {
      const packets = framer(chunk);
      if (!packets.ok) dialled.destroy();
      else for (const packet of packets.value) for (const member of [...members]) member.onPacket(Buffer.from(packet));
    });
    dialled.on('error', () => {});
    dialled.on('close', () => {
      if (isUp) losses += 1;
      isUp = false;
      socket = undefined;
      unsent = [];
      setTimeout(dial, REDIAL_MS).unref();
    });
    holdProcess();
  }

  /** As the native addon does: an open HCI socket keeps the process alive, a stopped one does not. */
  function holdProcess(): void {
    if (members.size > 0) socket?.ref();
    else socket?.unref();
  }

  dial();
  return {
    deviceId,
    get isUp() {
      return isUp;
    },
    get losses() {
      return losses;
    },
    write(from, packet) {
      if (!isUp || socket === undefined) return false;
      // A kernel raw socket shows a command to every socket but the writer's.
      setImmediate(() => {
        for (const member of [...members]) if (member !== from) member.onPacket(Buffer.from(packet));
      });
      if (socket.connecting) unsent.push(packet);
      else socket.write(packet);
      return true;
    },
    attach(member) {
      members.add(member);
      holdProcess();
    },
    detach(member) {
      members.delete(member);
      holdProcess();
    },
  };
}
