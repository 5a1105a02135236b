import { decodeCommand } from '../../protocol/hci/commands.ts';
import { decodeEvent } from '../../protocol/hci/events.ts';
import { HCI_COMMAND_TIMEOUT_MS } from '../core/thresholds.ts';

/** How a controller answered: its status byte (0 is success), or nothing in time, or the adapter went away meanwhile. */
export type CommandOutcome =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'timeout' | 'gone' };

/**
 * Commands with their answers on a socket that others use too. A controller answers in order, so the oldest waiting
 * command of an opcode owns the next completion of that opcode; a completion nobody waits for is somebody else's.
 */
export interface HciCommander {
  send(command: Uint8Array): Promise<CommandOutcome>;
  /** Waits for the answer to a command that somebody else writes for us. */
  expect(opcode: number): Promise<CommandOutcome>;
  /** Every packet of the socket goes in here. */
  receive(packet: Uint8Array): void;
  /** The adapter is gone: nothing that waits will be answered. */
  abandon(): void;
}

interface Waiting {
  readonly opcode: number;
  readonly settle: (outcome: CommandOutcome) => void;
}

export function createHciCommander(options: {
  readonly write: (packet: Uint8Array) => void;
  readonly onForeign: (opcode: number) => void;
}): HciCommander {
  let waiting: readonly Waiting[] = [];

  function expect(opcode: number): Promise<CommandOutcome> {
    return new Promise((resolve) => {
      const entry: Waiting = {
        opcode,
        settle(outcome) {
          clearTimeout(timer);
          waiting = waiting.filter((other) => other !== entry);
          resolve(outcome);
        },
      };
      const timer = setTimeout(() => entry.settle({ kind: 'timeout' }), HCI_COMMAND_TIMEOUT_MS);
      waiting = [...waiting, entry];
    });
  }

  function completed(opcode: number, status: number): void {
    const entry = waiting.find((candidate) => candidate.opcode === opcode);
    if (entry === undefined) options.onForeign(opcode);
    else entry.settle({ kind: 'status', status });
  }

  return {
    send(command) {
      const opcode = decodeCommand(command)?.opcode;
      if (opcode === undefined) throw new Error('not an HCI command');
      const outcome = expect(opcode);
      options.write(command);
      return outcome;
    },
    expect,
    receive(packet) {
      // Advertising reports are by far the most frequent packets here and never an answer.
      if (packet[0] !== 0x04 || packet[1] === 0x3e) return;
      const event = decodeEvent(packet);
      if (event?.kind === 'command-complete') completed(event.opcode, event.status);
      // A status of 0 only says "pending"; a refusal is final.
      if (event?.kind === 'command-status' && event.status !== 0) completed(event.opcode, event.status);
    },
    abandon() {
      for (const entry of waiting) entry.settle({ kind: 'gone' });
    },
  };
}

export const succeeded = (outcome: CommandOutcome): boolean => outcome.kind === 'status' && outcome.status === 0;

export const describeOutcome = (outcome: CommandOutcome): string => {
  if (outcome.kind === 'status') return `status 0x${outcome.status.toString(16).padStart(2, '0')}`;
  return outcome.kind === 'timeout' ? 'no answer' : 'the adapter went away';
};
