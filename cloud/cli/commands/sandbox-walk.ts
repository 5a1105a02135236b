import { z } from 'zod';
import { parseHex, toHex } from '../../../protocol/bytes.ts';
import { parseNumber, parseTag } from '../arguments.ts';
import { read } from '../client.ts';
import { misuse } from '../failure.ts';
import { textsFor } from '../language.ts';
import { chatOf, newMessages, userPath } from '../sandbox/chat.ts';
import { chatText } from '../sandbox/chat-text.ts';
import { connectSandbox, UserAnswer } from '../sandbox/connection.ts';
import { SANDBOX_TEXTS, type SandboxTexts } from '../sandbox/texts.ts';
import { printJson, type Shell } from '../shell.ts';

export interface WalkOptions {
  readonly user?: string;
  readonly stranger?: boolean;
  readonly os?: string;
  readonly card?: string;
  readonly replay?: string;
  readonly from?: string;
  readonly to?: string;
  readonly speed?: string;
  readonly wait: string;
}

const WalkAnswer = z.object({
  userId: z.string().optional(),
  heard: z.object({ hwid: z.string(), dm: z.string(), rssi: z.number().optional() }).optional(),
  webhookEventId: z.string().optional(),
  verdict: z.string(),
  adverts: z.record(z.string(), z.number()),
});
type WalkAnswer = z.infer<typeof WalkAnswer>;

/** `pharos sandbox walk`: somebody walks past the shop; what the phone heard, and what it got. */
export async function sandboxWalk(shell: Shell, options: WalkOptions): Promise<void> {
  const request = walkRequest(options);
  const waitMs = parseNumber('--wait', options.wait, 0, 600) * 1000;
  const sandbox = connectSandbox(shell);
  const before = options.user === undefined ? 0 : (await chatOf(sandbox, options.user)).length;
  const answer = await sandbox.post('/sandbox/walk', request);
  const walk = read(WalkAnswer, answer);
  // A phone that had nothing to report gets no answer either.
  const patience = walk.webhookEventId === undefined ? 0 : waitMs;
  const chat = walk.userId === undefined ? [] : await newMessages(sandbox, walk.userId, before, patience);
  if (shell.json) return printJson(shell, { ...z.looseObject({}).parse(answer), chat });
  const texts = textsFor(shell, SANDBOX_TEXTS);
  shell.out(`${heardText(walk, texts)}\n`);
  if (walk.userId === undefined) return;
  const { displayName } = read(UserAnswer, await sandbox.get(userPath(walk.userId)));
  for (const entry of chat) shell.out(chatText(displayName, entry));
  if (chat.length === 0) shell.talk(`${texts.noMessage}\n`);
  if (walk.webhookEventId !== undefined) shell.talk(`${texts.why(walk.webhookEventId)}\n`);
  shell.talk(`${texts.again(walk.userId)}\n`);
}

function walkRequest({ user, stranger, os, card, replay, from, to, speed }: WalkOptions): object {
  const someoneNew = stranger === true || os !== undefined;
  if (user !== undefined && someoneNew) {
    throw misuse(
      {
        en: '--stranger and --os make a new person; --user names one who exists',
        'zh-TW': '--stranger 與 --os 會產生新的人，--user 則是既有的人',
      },
      { en: 'leave one of them out', 'zh-TW': '請擇一' },
    );
  }
  const metres = (option: string, text: string): number => parseNumber(option, text, 0, 10_000);
  return {
    ...(user !== undefined && { userId: user }),
    ...(someoneNew && { user: { ...(stranger === true && { friend: false }), ...(os !== undefined && { os }) } }),
    ...(card !== undefined && { card: parseTag('--card', card) }),
    ...(replay !== undefined && { rogue: { payload: payloadOf(replay) } }),
    ...(from !== undefined && { fromM: metres('--from', from) }),
    ...(to !== undefined && { toM: metres('--to', to) }),
    ...(speed !== undefined && { speed: parseNumber('--speed', speed, 0.01, 1000) }),
  };
}

function payloadOf(text: string): string {
  const bytes = parseHex(text);
  if (bytes === undefined || bytes.length < 1 || bytes.length > 31) {
    throw misuse({
      en: '--replay must be an advert of 1 to 31 bytes in hexadecimal, as pharos frame encode prints it',
      'zh-TW': '--replay 要是 1 到 31 個位元組的十六進位廣播，與 pharos frame encode 的輸出相同',
    });
  }
  return toHex(bytes);
}

function heardText({ heard, webhookEventId, verdict, adverts }: WalkAnswer, texts: SandboxTexts): string {
  const all = Object.entries(adverts).map(([kind, count]) => `${count} ${kind}`);
  const counts = texts.adverts(all.length === 0 ? texts.none : all.join(', '));
  const what = heard === undefined ? texts.heardNothing : texts.heard(heard.hwid, heard.dm, heard.rssi, webhookEventId);
  return `${what} (${verdict}); ${counts}`;
}
