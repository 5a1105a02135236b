import { EXIT, Failure, misuse } from './failure.ts';

/** `--wait` with or without seconds, as commander hands it over. */
export type WaitOption = boolean | string;

const USUAL_WAIT_S = 60;
const ASK_EVERY_MS = 250;

/** Asks until there is an answer. Throws a {@link Failure} that begins with `otherwise` when time is over. */
export async function waitFor<T>(option: WaitOption, otherwise: string, ask: () => Promise<T | undefined>): Promise<T> {
  const seconds = typeof option === 'string' ? Number(option) : USUAL_WAIT_S;
  if (!(seconds > 0 && seconds <= 86_400)) throw misuse(`--wait takes seconds, not "${option}"`);
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= deadline) {
      throw new Failure(EXIT.failed, 'no_answer', `${otherwise} within ${seconds} s`, {
        remedy: 'it will do so when it is reached; look again with pharos node show',
      });
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}
