import { z } from 'zod';
import { ROLES } from '../../core/access.ts';
import { connect, read } from '../client.ts';
import { misuse } from '../failure.ts';
import { type Texts, textsFor } from '../language.ts';
import { printable, printJson, printTable, type Shell } from '../shell.ts';
import { isoTime } from '../time.ts';

const KnownToken = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  channel: z.object({ kind: z.string(), id: z.string() }).optional(),
  createdAt: z.number(),
  lastUsedAt: z.number().optional(),
});

export interface TokenCreateOptions {
  readonly role: string;
  readonly name: string;
  readonly store?: string;
  readonly webShop?: string;
  readonly why?: string;
}

interface TokenTexts {
  readonly columns: readonly string[];
  readonly once: (id: string) => string;
  readonly none: string;
  readonly revoked: (id: string, name: string) => string;
}

const TEXTS: Texts<TokenTexts> = {
  en: {
    columns: ['TOKEN', 'NAME', 'ROLE', 'BELONGS TO', 'MADE', 'LAST USED'],
    once: (id) => `${id} was made. It is shown this once: keep it now, for nobody can show it again`,
    none: 'no tokens were made; there is the admin token of the data folder',
    revoked: (id, name) => `${id} ${name} works no more`,
  },
  'zh-TW': {
    columns: ['權杖', '名稱', '角色', '所屬', '建立時間', '最後使用'],
    once: (id) => `已建立 ${id}。權杖只會顯示這一次，請立即保存，之後無法再次查看`,
    none: '尚未建立任何權杖；資料夾裡的管理權杖仍可使用',
    revoked: (id, name) => `${id} ${name} 已撤銷，不能再使用`,
  },
};

/** `pharos token create`: the token on stdout, what is to be known of it on stderr. */
export async function tokenCreate(shell: Shell, options: TokenCreateOptions): Promise<void> {
  const { role, name, store, webShop, why } = options;
  if (!(ROLES as readonly string[]).includes(role)) {
    const all = ROLES.join(', ');
    throw misuse({ en: `--role must be one of ${all}`, 'zh-TW': `--role 要是 ${all} 其中之一` });
  }
  if (store !== undefined && webShop !== undefined) {
    throw misuse({
      en: 'a token belongs to one store or one web shop',
      'zh-TW': '權杖只屬於一家門市或一家網路商店：--store 與 --web-shop 只能擇一',
    });
  }
  const channel =
    store !== undefined
      ? { kind: 'store', id: store }
      : webShop === undefined
        ? undefined
        : { kind: 'web-shop', id: webShop };
  const answer = await connect(shell).post('/v1/tokens', { role, name, channel, why });
  if (shell.json) return printJson(shell, answer);
  const { id, token } = read(KnownToken.extend({ token: z.string() }), answer);
  shell.out(`${printable(token)}\n`);
  shell.talk(`${textsFor(shell, TEXTS).once(id)}\n`);
}

/** `pharos token list` */
export async function tokenList(shell: Shell): Promise<void> {
  const texts = textsFor(shell, TEXTS);
  const answer = await connect(shell).get('/v1/tokens');
  if (shell.json) return printJson(shell, answer);
  const { tokens } = read(z.object({ tokens: z.array(KnownToken) }), answer);
  if (tokens.length === 0) return shell.talk(`${texts.none}\n`);
  printTable(shell, [
    texts.columns,
    ...tokens.map(({ id, name, role, channel, createdAt, lastUsedAt }) => [
      ...[id, name, role, channel?.id ?? '-', isoTime(createdAt)],
      lastUsedAt === undefined ? '-' : isoTime(lastUsedAt),
    ]),
  ]);
}

/** `pharos token revoke <id|name>` */
export async function tokenRevoke(shell: Shell, idOrName: string, { why }: { readonly why?: string }): Promise<void> {
  const query = why === undefined ? '' : `?${new URLSearchParams({ why })}`;
  const answer = await connect(shell).delete(`/v1/tokens/${encodeURIComponent(idOrName)}${query}`);
  if (shell.json) return printJson(shell, answer);
  const { id, name } = read(z.object({ id: z.string(), name: z.string() }), answer);
  shell.talk(`${printable(textsFor(shell, TEXTS).revoked(id, name))}\n`);
}
