/** What a person or a pipe tells a command while it runs. */
export interface Input {
  /** Somebody sits there. */
  readonly isTty: boolean;
  /** All of it, to its end. */
  readonly readAll: () => Promise<string>;
  /** One line that is not shown while it is typed. */
  readonly askSecret: (prompt: string) => Promise<string>;
}

export const processInput = (): Input => ({
  isTty: process.stdin.isTTY === true,
  readAll: async () => (await import('node:stream/consumers')).text(process.stdin),
  async askSecret(prompt) {
    const [{ createInterface }, { Writable }] = await Promise.all([import('node:readline'), import('node:stream')]);
    process.stderr.write(prompt);
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
    try {
      return await new Promise<string>((resolve) => void lines.once('line', resolve).once('close', () => resolve('')));
    } finally {
      lines.close();
      process.stderr.write('\n');
    }
  },
});

/** Of a program that nobody talks to. */
export const NO_INPUT: Input = { isTty: false, readAll: async () => '', askSecret: async () => '' };
