import { EXIT, Failure, misuse, type Said } from './failure.ts';

/** `--wait` with or without seconds, as commander hands it over. */
export type WaitOption = boolean | string;

const USUAL_WAIT_S = 60;
const ASK_EVERY_MS = 250;

/** Asks until there is an answer. Throws a {@link Failure} that begins with `otherwise` when time is over. */
export async function waitFor<T>(option: WaitOption, otherwise: Said, ask: () => Promise<T | undefined>): Promise<T> {
  const seconds = typeof option === 'string' ? Number(option) : USUAL_WAIT_S;
  if (!(seconds > 0 && seconds <= 86_400)) {
    throw misuse({ en: `--wait takes seconds, not "${option}"`, 'zh-TW': `--wait 要寫秒數，不能是「${option}」` });
  }
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= deadline) {
      const said = { en: `${otherwise.en} within ${seconds} s`, 'zh-TW': `等了 ${seconds} 秒，${otherwise['zh-TW']}` };
      throw new Failure(EXIT.failed, 'no_answer', said, {
        remedy: {
          en: 'it will do so when it is reached; look again with pharos node show',
          'zh-TW': '節點連線後就會執行；請稍後以 pharos node show 查看',
        },
      });
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}
