import { expect, it } from 'vitest';
import { decodeCommand, encodeCommand, OPCODE } from '../../../protocol/hci/commands.ts';
import { encodeCommandComplete } from '../../../protocol/hci/events.ts';
import { bringUp } from './controller.ts';
import type { HciLink } from './hci-link.ts';

/** A controller at the other end of the wire; `statusOf` lets a command fail. */
function emulate(statusOf: (opcode: number) => number = () => 0) {
  const seen: number[] = [];
  let deliver: (packet: Uint8Array) => void = () => {};
  let lose: (reason: string) => void = () => {};
  let closed = false;
  const link: HciLink = {
    write: (packet) => {
      const opcode = decodeCommand(packet)?.opcode ?? 0;
      seen.push(opcode);
      const params = opcode === OPCODE.readBdAddr ? Uint8Array.of(6, 5, 4, 3, 2, 1) : new Uint8Array();
      queueMicrotask(() => deliver(encodeCommandComplete(opcode, statusOf(opcode), params)));
    },
    onPacket: (listener) => {
      deliver = listener;
    },
    onLost: (listener) => {
      lose = listener;
    },
    close: () => {
      closed = true;
    },
  };
  return { link, seen, lose: (reason: string) => lose(reason), isClosed: () => closed };
}

it('resets first and learns its own address', async () => {
  const { link, seen } = emulate();
  const controller = await bringUp(link);
  expect(controller.address).toBe('01:02:03:04:05:06');
  expect(seen).toEqual([OPCODE.reset, OPCODE.setEventMask, OPCODE.leSetEventMask, OPCODE.readBdAddr]);
});

it('closes a link whose controller refuses', async () => {
  const { link, isClosed } = emulate((opcode) => (opcode === OPCODE.setEventMask ? 0x0c : 0));
  await expect(bringUp(link)).rejects.toThrow('0x0c01 failed with status 12');
  expect(isClosed()).toBe(true);
});

it('says that the radio is gone', async () => {
  const { link, lose } = emulate();
  const controller = await bringUp(link);
  lose('unplugged');
  await expect(controller.command(encodeCommand(OPCODE.reset))).rejects.toThrow('the radio is gone: unplugged');
});
