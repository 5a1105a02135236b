import { z } from 'zod';
import { connect, read } from '../client.ts';
import { type Texts, textsFor, wordFor } from '../language.ts';
import { printable, printJson, printTable, type Shell } from '../shell.ts';
import { isoTime } from '../time.ts';

const Campaign = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  version: z.number(),
  active: z.object({ from: z.string().optional(), until: z.string().optional() }),
  given: z.number(),
  stock: z.object({ of: z.number(), left: z.number() }).optional(),
  changed: z.object({ at: z.number(), who: z.string(), action: z.string(), why: z.string().optional() }).optional(),
});
type Campaign = z.infer<typeof Campaign>;

const Details = Campaign.extend({
  versions: z.array(z.object({ version: z.number(), at: z.number(), restores: z.number().optional() })),
});

interface CampaignTexts {
  readonly columns: readonly string[];
  readonly none: string;
  readonly states: Readonly<Record<string, string>>;
  readonly versions: string;
  readonly version: (version: number, when: string, restores: number | undefined) => string;
  readonly left: (left: number, of: number) => string;
}

const TEXTS: Texts<CampaignTexts> = {
  en: {
    columns: ['CAMPAIGN', 'NAME', 'STATE', 'VERSION', 'WINDOW', 'GIVEN', 'LEFT', 'LAST CHANGE'],
    none: 'there are no campaigns: write one and pharos apply it',
    states: {},
    versions: 'versions, the newest first:',
    version: (version, when, restores) =>
      `v${version}  ${when}${restores === undefined ? '' : `  says again what v${restores} said`}`,
    left: (left, of) => `${left} of ${of}`,
  },
  'zh-TW': {
    columns: ['活動', '名稱', '狀態', '版本', '期間', '已發出', '剩餘', '最後更改'],
    none: '還沒有活動：寫好活動檔後以 pharos apply 套用',
    states: { running: '進行中', paused: '已暫停', ended: '已結束' },
    versions: '版本（新的在前）：',
    version: (version, when, restores) =>
      `v${version}  ${when}${restores === undefined ? '' : `  回復為 v${restores} 的內容`}`,
    left: (left, of) => `${left}／${of}`,
  },
};

/** `pharos campaign list`: all of them, and how far they are. */
export async function campaignList(shell: Shell): Promise<void> {
  const texts = textsFor(shell, TEXTS);
  const answer = await connect(shell).get('/v1/campaigns');
  if (shell.json) return printJson(shell, answer);
  const { campaigns } = read(z.object({ campaigns: z.array(Campaign) }), answer);
  if (campaigns.length === 0) return shell.talk(`${texts.none}\n`);
  printTable(shell, [texts.columns, ...campaigns.map((campaign) => rowOf(campaign, texts))]);
}

/** `pharos campaign show <id>`: one with its versions; `--json` has the rules of the newest. */
export async function campaignShow(shell: Shell, id: string): Promise<void> {
  const texts = textsFor(shell, TEXTS);
  const answer = await connect(shell).get(`/v1/campaigns/${encodeURIComponent(id)}`);
  if (shell.json) return printJson(shell, answer);
  const campaign = read(Details, answer);
  const row = rowOf(campaign, texts);
  printTable(
    shell,
    texts.columns.map((title, index) => [title, row[index] ?? '']),
  );
  if (campaign.changed?.why !== undefined) shell.out(`  ${printable(campaign.changed.why)}\n`);
  shell.out(`${texts.versions}\n`);
  for (const { version, at, restores } of campaign.versions) {
    shell.out(`  ${texts.version(version, isoTime(at), restores)}\n`);
  }
}

const rowOf = ({ id, name, state, version, active, given, stock, changed }: Campaign, texts: CampaignTexts) => [
  ...[id, name, wordFor(texts.states, state), `v${version}`],
  ...[`${active.from ?? ''}..${active.until ?? ''}`, String(given)],
  stock === undefined ? '-' : texts.left(stock.left, stock.of),
  changed === undefined ? '-' : `${isoTime(changed.at)} ${changed.who}`,
];
