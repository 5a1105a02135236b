import { errorMessage } from '../../protocol/error-message.ts';
import { HELP, readOptions } from './options.ts';
import { renderChat } from './render-chat.ts';
import { startSandbox } from './sandbox.ts';

/** Entry point of the sandbox: one JSON line on stdout says where it is; chats go to stderr; SIGTERM ends it. */
const MISUSE = 2;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (!options.ok) {
    process.stderr.write(`sandbox: ${options.reject.detail}\n\n${HELP}`);
    process.exitCode = MISUSE;
    return;
  }
  if (options.value === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const sandbox = await startSandbox({
    ...options.value,
    onChat: ({ displayName }, entry) => process.stderr.write(renderChat(displayName, entry)),
  });
  const { botUserId } = options.value.channel;
  process.stdout.write(`${JSON.stringify({ ready: true, url: sandbox.url, botUserId })}\n`);
  const stop = (): void => {
    void sandbox.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`sandbox: ${errorMessage(error)}\n`);
  process.exitCode = 1;
});
