import { z } from 'zod';
import { own } from '../../../protocol/own.ts';
import { parseWhole } from '../arguments.ts';
import { connect, read } from '../client.ts';
import { TRADITIONAL_CHINESE } from '../explain/texts-zh-tw.ts';
import { type Texts, textsFor, wordFor } from '../language.ts';
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

type Words = Readonly<Record<string, string>>;

interface EventsTexts {
  readonly columns: readonly string[];
  readonly nothing: string;
  /** Each keyed by its word in the API; empty in English. `happened` by ear and type. */
  readonly ears: Words;
  readonly happened: Words;
  readonly trust: Words;
  readonly states: Words;
}

const TEXTS: Texts<EventsTexts> = {
  en: {
    columns: ['EVENT', 'AT', 'EAR', 'TYPE', 'STORE', 'NODE', 'MEMBER', 'TRUST', 'STATE'],
    nothing: 'nothing was heard yet',
    ...{ ears: {}, happened: {}, trust: {}, states: {} },
  },
  'zh-TW': {
    columns: ['事件', '時間', '來源', '種類', '門市', '節點', '會員', '可信', '狀態'],
    nothing: '還沒有收到任何事件',
    ears: { line: 'LINE', tag: '節點', clock: '時鐘' },
    happened: TRADITIONAL_CHINESE.happened,
    trust: {
      ...{ signed: '已簽章', fixed: '固定內容', bad: '簽章不符', none: '無法驗證' },
      ...{ 'line-secure': 'LINE 驗證', node: '節點連線', webhook: 'LINE 簽章', clock: '時鐘' },
    },
    states: { pending: '待判定', done: '已判定', failed: '判定失敗' },
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
      wordFor(texts.ears, event.ear),
      own(texts.happened, `${event.ear}.${event.type}`) ?? event.type,
      event.store ?? '-',
      event.node ?? '-',
      event.member ?? '-',
      event.trust === undefined ? '-' : wordFor(texts.trust, event.trust),
      wordFor(texts.states, event.state),
    ]),
  ]);
}
