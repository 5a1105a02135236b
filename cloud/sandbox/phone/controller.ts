import { decodeAddress } from '../../../protocol/hci/address.ts';
import { decodeCommand, encodeCommand, OPCODE } from '../../../protocol/hci/commands.ts';
import { type AdvertisingReport, decodeEvent } from '../../../protocol/hci/events.ts';
import type { HciLink } from './hci-link.ts';
import type { Trace } from './trace.ts';

/** A controller that was reset and told its address. Commands go out one at a time, as HCI wants it. */
export interface Controller {
  /** Public address, `aa:bb:cc:dd:ee:ff`. */
  readonly address: string;
  /** Sends a command and waits for its completion; rejects with a sentence if it failed or nothing came in time. */
  command(packet: Uint8Array): Promise<Uint8Array>;
  onReport(listener: (report: AdvertisingReport) => void): void;
  close(): void;
}

const ANSWER_TIMEOUT_MS = 2_000;

/** Event mask bits 0…61: everything of Bluetooth 4.0, the LE meta event last. */
const ALL_EVENTS = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f);
/** LE event mask bits 0…4: what a 4.0 controller knows, advertising reports among them. */
const LE_EVENTS = Uint8Array.of(0x1f, 0, 0, 0, 0, 0, 0, 0);

interface Waiting {
  readonly opcode: number;
  settle(status: number, params: Uint8Array): void;
  fail(error: Error): void;
}

/** Brings a controller up: reset, event masks, address. Takes over the link and closes it if that fails. */
export async function bringUp(link: HciLink, trace?: Trace): Promise<Controller> {
  let waiting: Waiting | undefined;
  let tail: Promise<unknown> = Promise.resolve();
  let gone: string | undefined;
  let report: (report: AdvertisingReport) => void = () => {};

  link.onPacket((packet) => {
    trace?.record(packet);
    const event = decodeEvent(packet);
    if (event?.kind === 'advertising-reports') for (const one of event.reports) report(one);
    if (event?.kind !== 'command-complete' && event?.kind !== 'command-status') return;
    if (waiting?.opcode !== event.opcode) return;
    waiting.settle(
      event.status,
      event.kind === 'command-complete' ? Uint8Array.from(event.returnParams) : new Uint8Array(),
    );
  });
  link.onLost((reason) => {
    gone = reason;
    waiting?.fail(new Error(`the radio is gone: ${reason}`));
  });

  function exchange(packet: Uint8Array): Promise<Uint8Array> {
    const opcode = decodeCommand(packet)?.opcode;
    if (opcode === undefined) throw new Error('not an HCI command');
    const name = `HCI command 0x${opcode.toString(16).padStart(4, '0')}`;
    let timer: NodeJS.Timeout | undefined;
    return new Promise<Uint8Array>((resolve, reject) => {
      if (gone !== undefined) return reject(new Error(`the radio is gone: ${gone}`));
      timer = setTimeout(() => reject(new Error(`${name} got no answer`)), ANSWER_TIMEOUT_MS);
      waiting = {
        opcode,
        settle: (status, params) =>
          status === 0 ? resolve(params) : reject(new Error(`${name} failed with status ${status}`)),
        fail: reject,
      };
      trace?.record(packet);
      link.write(packet);
    }).finally(() => {
      clearTimeout(timer);
      waiting = undefined;
    });
  }

  const command = (packet: Uint8Array): Promise<Uint8Array> => {
    const answer = tail.then(() => exchange(packet));
    tail = answer.catch(() => undefined);
    return answer;
  };

  try {
    await command(encodeCommand(OPCODE.reset));
    await command(encodeCommand(OPCODE.setEventMask, ALL_EVENTS));
    await command(encodeCommand(OPCODE.leSetEventMask, LE_EVENTS));
    const address = decodeAddress(await command(encodeCommand(OPCODE.readBdAddr)), 0);
    return {
      address,
      command,
      onReport: (listener) => {
        report = listener;
      },
      close: () => {
        gone ??= 'closed';
        waiting?.fail(new Error('the radio was closed'));
        link.close();
        trace?.close();
      },
    };
  } catch (error) {
    link.close();
    trace?.close();
    throw error;
  }
}
