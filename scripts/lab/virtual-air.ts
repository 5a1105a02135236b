import { rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { errorMessage } from '../../protocol/error-message.ts';
import { createAir } from './air/air.ts';
import { serveControl } from './air/control.ts';
import { type AirOptions, parseAirOptions, USAGE } from './air/options.ts';
import { openTrace } from './air/trace.ts';
import { serveUnix } from './air/unix.ts';
import { plugIntoKernel } from './air/vhci.ts';

/** Serves one air until a signal ends it; says on stdout when it is ready. */
async function run(options: AirOptions): Promise<void> {
  const tracing = options.trace === undefined ? undefined : openTrace(options.trace);
  const air = createAir({
    seed: options.seed,
    settings: { loss: options.loss },
    ...(tracing === undefined ? {} : { trace: tracing.trace }),
  });
  const servers: Server[] = [];
  if (options.unix !== undefined) servers.push(await serveUnix(air, options.unix));
  if (options.ctl !== undefined) servers.push(await serveControl(air, options.ctl));
  const vhci = [];
  // One after the other, so that order numbers and the kernel's indexes agree.
  for (let count = 0; count < options.vhci; count += 1) vhci.push(await plugIntoKernel(air));

  const end = (signal: NodeJS.Signals): void => {
    air.close();
    for (const server of servers) server.close();
    for (const path of [options.unix, options.ctl]) if (path !== undefined) rmSync(path, { force: true });
    tracing?.close();
    if (options.vhci === 0) process.exit(0);
    // The kernel's pending reads would hold up an orderly exit.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);

  const { unix, ctl } = options;
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid, unix, ctl, vhci })}\n`);
}

const options = parseAirOptions(process.argv.slice(2), Number(process.env['UV_THREADPOOL_SIZE'] ?? 4));
if (options.ok) {
  await run(options.value).catch((error: unknown) => {
    process.stderr.write(`virtual-air: ${errorMessage(error)}\n`);
    process.exit(1);
  });
} else {
  process.stderr.write(`virtual-air: ${options.reject.detail}\n${USAGE}`);
  process.exitCode = 2;
}
