import { z } from 'zod';
import { connect, read } from '../client.ts';
import { type Texts, textsFor, wordFor } from '../language.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { isoTime, tellTime } from '../time.ts';

const CampaignHere = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  from: z.string().optional(),
  until: z.string().optional(),
});
export const StoreAnswer = z.object({
  id: z.string(),
  name: z.string(),
  timeZone: z.string(),
  locale: z.string(),
  hours: z.string(),
  nodes: z.array(
    z.object({
      id: z.string(),
      zone: z.string(),
      enrolled: z.boolean(),
      online: z.boolean(),
      seenAt: z.number().optional(),
      url: z.string(),
    }),
  ),
  running: z.array(CampaignHere),
  redeeming: z.array(CampaignHere),
});
type StoreTold = z.infer<typeof StoreAnswer>;

interface StoreTexts {
  readonly columns: readonly string[];
  readonly none: string;
  readonly facts: Readonly<Record<'store' | 'hours' | 'zone' | 'language', string>>;
  readonly nodeColumns: readonly string[];
  readonly noNodes: string;
  readonly states: Readonly<Record<'online' | 'offline' | 'no-bundle', string>>;
  readonly running: string;
  readonly redeeming: string;
  readonly nothing: string;
  readonly campaignStates: Readonly<Record<string, string>>;
}

const TEXTS: Texts<StoreTexts> = {
  en: {
    columns: ['STORE', 'NAME', 'OPEN', 'NODES ONLINE', 'CAMPAIGNS'],
    none: 'there are no stores: write a file of the kind Store and pharos apply it',
    facts: { store: 'store', hours: 'open', zone: 'time zone', language: 'language' },
    nodeColumns: ['NODE', 'ZONE', 'STATE', 'SEEN'],
    noNodes: 'no nodes yet; make one with pharos node add',
    states: { online: 'online', offline: 'offline', 'no-bundle': 'no bundle yet' },
    running: 'campaigns people meet here:',
    redeeming: 'coupons taken here:',
    nothing: 'none',
    campaignStates: {},
  },
  'zh-TW': {
    columns: ['門市', '名稱', '營業時間', '上線節點', '活動數'],
    none: '還沒有門市：寫好 Store 檔後以 pharos apply 套用',
    facts: { store: '門市', hours: '營業時間', zone: '時區', language: '語言' },
    nodeColumns: ['節點', '位置', '狀態', '最後出現'],
    noNodes: '還沒有節點，可用 pharos node add 新增',
    states: { online: '上線', offline: '離線', 'no-bundle': '尚未安裝' },
    running: '在這裡進行的活動：',
    redeeming: '可在這裡兌換的優惠券：',
    nothing: '無',
    campaignStates: { running: '進行中', paused: '已暫停', ended: '已結束' },
  },
};

export const storePath = (id: string): string => `/v1/stores/${encodeURIComponent(id)}`;

/** `pharos store list` */
export async function storeList(shell: Shell): Promise<void> {
  const texts = textsFor(shell, TEXTS);
  const answer = await connect(shell).get('/v1/stores');
  if (shell.json) return printJson(shell, answer);
  const { stores } = read(z.object({ stores: z.array(StoreAnswer) }), answer);
  if (stores.length === 0) return shell.talk(`${texts.none}\n`);
  printTable(shell, [
    texts.columns,
    ...stores.map(({ id, name, hours, nodes, running }) => [
      ...[id, name, hours, `${nodes.filter(({ online }) => online).length}/${nodes.length}`],
      String(running.filter(({ state }) => state === 'running').length),
    ]),
  ]);
}

/** `pharos store show <id>` */
export async function storeShow(shell: Shell, id: string): Promise<void> {
  const texts = textsFor(shell, TEXTS);
  const answer = await connect(shell).get(storePath(id));
  if (shell.json) return printJson(shell, answer);
  const store = read(StoreAnswer, answer);
  const { facts } = texts;
  printTable(shell, [
    [facts.store, `${store.id}  ${store.name}`],
    [facts.hours, store.hours],
    [facts.zone, store.timeZone],
    [facts.language, store.locale],
  ]);
  shell.out('\n');
  if (store.nodes.length === 0) shell.out(`${texts.noNodes}\n`);
  else printTable(shell, [texts.nodeColumns, ...nodeRows(store, texts)]);
  for (const [title, campaigns] of [
    [texts.running, store.running],
    [texts.redeeming, store.redeeming],
  ] as const) {
    shell.out(`\n${title}${campaigns.length === 0 ? ` ${texts.nothing}` : ''}\n`);
    printTable(
      shell,
      campaigns.map((campaign) => [
        ...[`  ${campaign.id}`, campaign.name, wordFor(texts.campaignStates, campaign.state)],
        `${campaign.from ?? ''}..${campaign.until ?? ''}`,
      ]),
    );
  }
}

const nodeRows = ({ nodes, timeZone }: StoreTold, { states }: StoreTexts): string[][] =>
  nodes.map(({ id, zone, enrolled, online, seenAt }) => [
    ...[id, zone, states[online ? 'online' : enrolled ? 'offline' : 'no-bundle']],
    seenAt === undefined ? '-' : seenText(seenAt, timeZone),
  ]);

/** On the shop's own clock, where this machine knows its zone. */
function seenText(at: number, timeZone: string): string {
  try {
    return tellTime(at, timeZone);
  } catch {
    return isoTime(at);
  }
}
