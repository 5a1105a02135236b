import type { AirMessageInput } from '../../protocol/lab/air-control.ts';
import { airControl } from './air/client.ts';

/** `tell-air CTL MESSAGE…`: sends each message, prints each reply; status 1 where the air refused one. */
const [path, ...messages] = process.argv.slice(2);
if (path === undefined || messages.length === 0) {
  process.stderr.write(`usage: tell-air CTL '{"stats":true}' …\n`);
  process.exitCode = 2;
} else {
  for (const message of messages) {
    // Not parsed any further: what is wrong with a message is for the air to say.
    const reply = await airControl(path, JSON.parse(message) as AirMessageInput);
    process.stdout.write(`${JSON.stringify(reply)}\n`);
    if (!reply.ok) process.exitCode = 1;
  }
}
