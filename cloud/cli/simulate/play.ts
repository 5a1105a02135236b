import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { EXIT, Failure } from '../failure.ts';
import { refusedAs } from '../refusals.ts';
import { type SimulationAnswer, SimulationWord } from './answer.ts';

/** This extension is the compiler's to change, as it changes those of imports. */
const PROGRAM = new URL(
  import.meta.url.endsWith('.ts') ? '../../simulate/main.ts' : '../../simulate/main.js',
  import.meta.url,
);

/** Settings of a real service have no say in it. */
const { PATH = '', HOME = '' } = process.env;
const PLAIN = { PATH, HOME };

/** Has a program of its own play the day; it ends with us. Throws {@link Failure}. */
export async function play(asked: object, onProgress: (done: number, of: number) => void): Promise<SimulationAnswer> {
  const child = spawn(process.execPath, [fileURLToPath(PROGRAM)], { stdio: ['pipe', 'pipe', 'pipe'], env: PLAIN });
  const ended = once(child, 'close');
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => {
    complaint += text.toString();
  });
  const end = (): void => void child.kill('SIGTERM');
  // Whoever breaks it off waits for it, so that its folder can be taken away.
  for (const moment of ['exit', 'SIGINT', 'SIGTERM'] as const) process.once(moment, end);
  try {
    child.stdin.end(JSON.stringify(asked));
    for await (const line of createInterface({ input: child.stdout })) {
      const word = SimulationWord.parse(JSON.parse(line));
      if (word.is === 'progress') onProgress(word.events, word.of);
      else if (word.is === 'refused') throw refusedAs(EXIT.failed, word);
      else return word.result;
    }
  } finally {
    end();
    await ended;
    for (const moment of ['exit', 'SIGINT', 'SIGTERM'] as const) process.off(moment, end);
  }
  throw new Failure(EXIT.failed, 'no_result', endedWithout(complaint.trim()), {
    remedy: {
      en: 'try fewer people, and tell us of it if that does not help',
      'zh-TW': '請減少人數再試；若仍不行，請告訴我們',
    },
  });
}

const endedWithout = (complaint: string) => ({
  en: `the simulation ended without a result: ${complaint}`,
  'zh-TW': `模擬沒有給出結果就結束了：${complaint}`,
});
