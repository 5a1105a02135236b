import { z } from 'zod';
import { parseWhole } from '../arguments.ts';
import { connect, read } from '../client.ts';
import { type Texts, textsFor } from '../language.ts';
import { printable, printJson, type Shell } from '../shell.ts';

const Changed = z.object({ id: z.string(), state: z.string(), version: z.number(), changed: z.boolean() });
type Changed = z.infer<typeof Changed>;

type Action = 'pause' | 'resume' | 'end' | 'rollback';

interface LifeTexts extends Readonly<Record<Action, (done: Changed) => string>> {
  readonly already: (done: Changed) => string;
}

const TEXTS: Texts<LifeTexts> = {
  en: {
    pause: ({ id }) => `${id} is paused: it gives nothing from the next decision on`,
    resume: ({ id }) => `${id} runs again`,
    end: ({ id }) => `${id} has ended; coupons it gave stay valid`,
    rollback: ({ id, version }) =>
      `${id} is at version ${version} now, which says what the older one said; change its file likewise before the next apply`,
    already: ({ id, state, version }) => `nothing to do: ${id} is ${state}, at version ${version}`,
  },
  'zh-TW': {
    pause: ({ id }) => `${id} 已暫停：從下一次判定起不再發放`,
    resume: ({ id }) => `${id} 已恢復進行`,
    end: ({ id }) => `${id} 已結束；已發出的優惠券仍然有效`,
    rollback: ({ id, version }) => `${id} 現在是版本 ${version}，內容與指定的舊版相同；下次套用前，請把檔案也改回來`,
    already: ({ id, version }) => `沒有需要更改的地方：${id} 已是這個狀態（版本 ${version}）`,
  },
};

export interface LifeOptions {
  readonly why: string;
  readonly expect?: string;
  readonly toVersion?: string;
}

/** `pharos pause|resume|end|rollback <campaign> --why …` */
export async function campaignLife(shell: Shell, action: Action, id: string, options: LifeOptions): Promise<void> {
  const { why, expect, toVersion } = options;
  const whole = (option: string, text: string | undefined): number | undefined =>
    text === undefined ? undefined : parseWhole(option, text, 1, 1_000_000);
  const answer = await connect(shell).post(`/v1/campaigns/${encodeURIComponent(id)}/${action}`, {
    why,
    expect: whole('--expect', expect),
    toVersion: whole('--to-version', toVersion),
  });
  if (shell.json) return printJson(shell, answer);
  const done = read(Changed, answer);
  const texts = textsFor(shell, TEXTS);
  shell.talk(`${printable(done.changed ? texts[action](done) : texts.already(done))}\n`);
}
