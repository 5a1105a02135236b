/**
 * Begins this program anew with the same arguments, in the same process as far as its parent can see. Returns only where
 * that is not to be done or cannot be: a service manager starts what it manages itself.
 */
export function relaunch(): void {
  if (process.env['NOTIFY_SOCKET'] !== undefined) return;
  process.execve?.(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], process.env);
}
