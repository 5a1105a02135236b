import { createRequire } from 'node:module';

/**
 * `holder INDEX`: another program that wants an adapter for itself. Says `ready`, waits for a line on stdin, takes the
 * adapter's user channel, says `held`, and keeps it until it is killed. The adapter must be down by then.
 */
const index = Number(process.argv[2]);
const Socket = createRequire(import.meta.url)('@abandonware/bluetooth-hci-socket') as new () => {
  bindUser(adapter: number): number;
  start(): void;
};
const socket = new Socket();

process.stdin.once('data', () => {
  socket.bindUser(index);
  socket.start();
  process.stdout.write('held\n');
});
process.stdout.write('ready\n');
