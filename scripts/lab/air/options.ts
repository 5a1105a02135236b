import { parseArgs } from 'node:util';
import { errorMessage } from '../../../protocol/error-message.ts';
import { accept, type Result, reject } from '../../../protocol/result.ts';
import { threadsNeeded } from './vhci.ts';

export interface AirOptions {
  readonly unix: string | undefined;
  readonly ctl: string | undefined;
  readonly trace: string | undefined;
  readonly vhci: number;
  readonly seed: number;
  readonly loss: number;
}

export const USAGE = `usage: virtual-air [--unix PATH] [--vhci N] [--ctl PATH] [--trace FILE] [--seed N] [--loss P]
  --unix PATH   each connection is one controller, H4 on the wire
  --vhci N      N controllers of this machine's kernel (root, module hci_vhci, UV_THREADPOOL_SIZE at least N + 2)
  --ctl PATH    control socket, JSON lines
  --trace FILE  btsnoop of all commands and events
  --seed N      chances are the same for the same seed (default 1)
  --loss P      probability that an advert is not heard (default 0)
One line of JSON on stdout says when it is ready; SIGTERM or SIGINT ends it.
`;

/** `threads` is the size of libuv's pool, 4 unless the environment says otherwise. */
export function parseAirOptions(args: readonly string[], threads: number): Result<AirOptions, 'misuse'> {
  let values: Partial<Record<'unix' | 'ctl' | 'trace' | 'seed' | 'loss' | 'vhci', string>>;
  try {
    const string = { type: 'string' } as const;
    const known = { unix: string, ctl: string, trace: string, seed: string, loss: string, vhci: string };
    values = parseArgs({ args: [...args], options: known }).values;
  } catch (error) {
    return misuse(errorMessage(error));
  }
  const { unix, ctl, trace } = values;
  const [seed, loss, vhci] = [Number(values.seed ?? 1), Number(values.loss ?? 0), Number(values.vhci ?? 0)];
  if (!Number.isInteger(seed)) return misuse('--seed is a whole number');
  if (!(loss >= 0 && loss <= 1)) return misuse('--loss is a probability, 0 to 1');
  if (!Number.isInteger(vhci) || vhci < 0) return misuse('--vhci is a number of controllers');
  if (unix === undefined && vhci === 0) return misuse('one of --unix and --vhci is needed');
  if (vhci > 0 && threads < threadsNeeded(vhci)) {
    return misuse(`--vhci ${vhci} needs UV_THREADPOOL_SIZE=${threadsNeeded(vhci)} or more in the environment`);
  }
  return accept({ unix, ctl, trace, seed, loss, vhci });
}

const misuse = (detail: string) => reject('misuse' as const, detail);
