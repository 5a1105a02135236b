import { z } from 'zod';
import { parseSince, parseWhole } from '../arguments.ts';
import { connect, read } from '../client.ts';
import { type Texts, textsFor, wordFor } from '../language.ts';
import { printJson, printTable, type Shell } from '../shell.ts';
import { isoTime } from '../time.ts';

const AuditAnswer = z.object({
  audit: z.array(
    z.object({
      at: z.number(),
      who: z.string(),
      action: z.string(),
      subject: z.object({ kind: z.string(), id: z.string() }),
      why: z.string().optional(),
      detail: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});

interface AuditTexts {
  readonly columns: readonly string[];
  readonly nothing: string;
  /** Keyed by action; empty in English. */
  readonly actions: Readonly<Record<string, string>>;
  /** Keyed by kind; empty in English. */
  readonly kinds: Readonly<Record<string, string>>;
}

const TEXTS: Texts<AuditTexts> = {
  en: {
    columns: ['WHEN', 'WHO', 'WHAT', 'OF', 'WHY', 'DETAIL'],
    nothing: 'nothing was changed',
    actions: {},
    kinds: {},
  },
  'zh-TW': {
    columns: ['時間', '執行者', '動作', '對象', '原因', '細節'],
    nothing: '沒有變更紀錄',
    kinds: {
      ...{ Campaign: '活動', Store: '門市', WebShop: '網路商店', Node: '節點', Segment: '分眾', Form: '表單' },
      ...{ Policy: '政策', Template: '範本', Token: '權杖', Member: '會員', Members: '會員', Coupon: '優惠券' },
    },
    actions: {
      apply: '套用',
      pause: '暫停',
      resume: '恢復',
      end: '結束',
      rollback: '回復舊版',
      prune: '移除',
      'token.create': '建立權杖',
      'token.revoke': '撤銷權杖',
      'member.merge': '合併會員',
      'member.unmerge': '取消合併',
      'member.erase': '刪除會員',
      'member.profile': '更改會員資料',
      'member.import': '匯入會員',
      'member.list-export': '匯出會員名單',
      'member.link': '連結身分',
      'member.unlink': '解除身分',
      'node.bundle': '節點金鑰',
      'node.config': '節點設定',
      'node.command': '節點指令',
      'coupon.redeem': '兌換',
      'coupon.reverse': '取消兌換',
      'coupon.revoke': '撤銷優惠券',
    },
  },
};

export interface AuditOptions {
  readonly campaign?: string;
  readonly since?: string;
  readonly limit?: string;
}

/** `pharos audit`: who changed what, when and why, the newest first. */
export async function audit(shell: Shell, { campaign, since, limit = '200' }: AuditOptions): Promise<void> {
  const texts = textsFor(shell, TEXTS);
  const query = new URLSearchParams({ limit: String(parseWhole('--limit', limit, 1, 10_000)) });
  if (campaign !== undefined) query.set('campaign', campaign);
  if (since !== undefined) query.set('since', String(parseSince('--since', since, Date.now())));
  const answer = await connect(shell).get(`/v1/audit?${query}`);
  if (shell.json) return printJson(shell, answer);
  const rows = read(AuditAnswer, answer).audit;
  if (rows.length === 0) return shell.talk(`${texts.nothing}\n`);
  printTable(shell, [
    texts.columns,
    ...rows.map(({ at, who, action, subject, why, detail }) => [
      ...[isoTime(at), who, wordFor(texts.actions, action), `${wordFor(texts.kinds, subject.kind)} ${subject.id}`],
      ...[why ?? '-', detail === undefined ? '' : JSON.stringify(detail)],
    ]),
  ]);
}
