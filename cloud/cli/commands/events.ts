import { z } from 'zod';
import { parseWhole } from '../arguments.ts';
import { connect, read } from '../client.ts';
import { type Texts, textsFor } from '../language.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { isoTime } from '../time.ts';

const EventsAnswer = z.object({
  events: z.array(
    z.object({
      id: z.string(),
      ear: z.string(),
      type: z.string(),
      at: z.number(),
      state: z.string(),
      store: z.string().optional(),
      node: z.string().optional(),
      member: z.string().optional(),
      trust: z.string().optional(),
    }),
  ),
});

const TEXTS: Texts<{ readonly columns: readonly string[]; readonly nothing: string }> = {
  en: {
    columns: ['EVENT', 'AT', 'EAR', 'TYPE', 'STORE', 'NODE', 'MEMBER', 'TRUST', 'STATE'],
    nothing: 'nothing was heard yet',
  },
  'zh-TW': {
    columns: ['事件', '時間', '來源', '種類', '門市', '節點', '會員', '可信', '狀態'],
    nothing: '還沒有收到任何事件',
  },
};

/** `pharos events`: what was heard last, newest first. */
export async function events(
  shell: Shell,
  { limit = '50', member }: { readonly limit?: string; readonly member?: string },
): Promise<void> {
  const query = new URLSearchParams({ limit: String(parseWhole('--limit', limit, 1, 1000)) });
  if (member !== undefined) query.set('member', member);
  const answer = await connect(shell).get(`/v1/events?${query}`);
  if (shell.json) return printJson(shell, answer);
  const { events: heard } = read(EventsAnswer, answer);
  const texts = textsFor(shell, TEXTS);
  if (heard.length === 0) return shell.talk(`${texts.nothing}\n`);
  printTable(shell, [
    texts.columns,
    ...heard.map((event) => [
      event.id,
      isoTime(event.at),
      event.ear,
      event.type,
      event.store ?? '-',
      event.node ?? '-',
      event.member ?? '-',
      event.trust ?? '-',
      event.state,
    ]),
  ]);
}
