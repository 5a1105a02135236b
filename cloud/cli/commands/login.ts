import { readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { connect, connectTo, read } from '../client.ts';
import { readServer, wholeToken } from '../connection.ts';
import { EXIT, Failure, misuse } from '../failure.ts';
import { faultAfter, faultSaid } from '../fault-words.ts';
import { type Texts, textsFor } from '../language.ts';
import { readLogin } from '../login-file.ts';
import { printJson, type Shell } from '../shell.ts';
import { loginPath, writePrivate } from '../user-files.ts';

const WhoAmI = z.object({
  tokenId: z.string(),
  name: z.string(),
  role: z.string(),
  channel: z.object({ kind: z.string(), id: z.string() }).optional(),
});
type WhoAmI = z.infer<typeof WhoAmI>;

interface LoginTexts {
  readonly prompt: string;
  readonly loggedIn: (server: string, who: string) => string;
  readonly loggedOut: (server: string) => string;
  readonly notLoggedIn: string;
  readonly open: string;
}

const TEXTS: Texts<LoginTexts> = {
  en: {
    prompt: 'token (it is not shown): ',
    loggedIn: (server, who) => `logged in at ${server} as ${who}`,
    loggedOut: (server) => `logged out of ${server}; the token itself still works: revoke it with pharos token revoke`,
    notLoggedIn: 'nobody was logged in',
    open: 'the way to this server is not encrypted: whoever is on it can read the token (use https://)',
  },
  'zh-TW': {
    prompt: '權杖（輸入時不會顯示）：',
    loggedIn: (server, who) => `已登入 ${server}，身分：${who}`,
    loggedOut: (server) => `已登出 ${server}；權杖本身仍然有效，可用 pharos token revoke 撤銷`,
    notLoggedIn: '目前沒有登入',
    open: '與這台伺服器的連線沒有加密，中途的人能讀到權杖（請使用 https://）',
  },
};

const MAY_WRITE = {
  en: 'see that you may write there, or use PHAROS_SERVER and PHAROS_TOKEN',
  'zh-TW': '請確認有寫入的權限，或改用 PHAROS_SERVER 與 PHAROS_TOKEN',
};
const NO_HOME = { en: 'there is no place to keep the login', 'zh-TW': '沒有地方可以存放登入資料' };

/** `pharos login`: keeps server and token for the commands that follow, once the server has accepted the token. */
export async function login(shell: Shell): Promise<void> {
  const texts = textsFor(shell, TEXTS);
  const path = loginPath(shell.env);
  if (path === undefined) {
    throw new Failure(EXIT.badConfiguration, 'no_home', NO_HOME, {
      remedy: {
        en: 'set HOME or XDG_CONFIG_HOME; or use PHAROS_SERVER and PHAROS_TOKEN',
        'zh-TW': '請設定 HOME 或 XDG_CONFIG_HOME；或改用 PHAROS_SERVER 與 PHAROS_TOKEN',
      },
    });
  }
  const server = readServer(shell);
  const token = wholeToken((await askToken(shell, texts.prompt)).trim(), 'token');
  const answer = await connectTo({ server, token }).get('/v1/whoami');
  const who = read(WhoAmI, answer);
  try {
    writePrivate(path, { server, token });
  } catch (error) {
    throw new Failure(EXIT.failed, 'cannot_write', faultSaid(error), { where: path, remedy: MAY_WRITE });
  }
  const { protocol, hostname } = new URL(server);
  if (protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) {
    shell.talk(`${texts.open}\n`);
  }
  if (shell.json) printJson(shell, { server, file: path, ...who });
  else shell.talk(`${texts.loggedIn(server, told(who))}\n`);
}

/** `pharos logout`: forgets the login. */
export function logout(shell: Shell): void {
  const texts = textsFor(shell, TEXTS);
  const path = loginPath(shell.env);
  const known = readLogin(shell.env);
  if (path !== undefined) rmSync(path, { force: true });
  if (shell.json) printJson(shell, { loggedOut: known !== undefined });
  else shell.talk(`${known === undefined ? texts.notLoggedIn : texts.loggedOut(known.server)}\n`);
}

/** `pharos whoami`: as whom the server knows us. */
export async function whoami(shell: Shell): Promise<void> {
  const client = connect(shell);
  const who = read(WhoAmI, await client.get('/v1/whoami'));
  if (shell.json) printJson(shell, { server: client.server, ...who });
  else shell.out(`${told(who)}  ${client.server}\n`);
}

const told = ({ name, role, channel }: WhoAmI): string =>
  `${name} (${role}${channel === undefined ? '' : ` @ ${channel.id}`})`;

/** From `--token -` or a file it names, else from the terminal or the pipe: never from the command line itself. */
async function askToken({ token, input }: Shell, prompt: string): Promise<string> {
  if (token === '-') return await input.readAll();
  if (token !== undefined) {
    try {
      return readFileSync(token, 'utf8');
    } catch (error) {
      throw misuse(
        faultAfter(
          {
            en: '--token names a file to read the token from, or - for the standard input',
            'zh-TW': '登入時 --token 要寫存放權杖的檔案，或 - 表示標準輸入',
          },
          error,
        ),
        {
          en: 'a token on a command line can be read by others; leave --token out to be asked for it',
          'zh-TW': '寫在命令列上的權杖別人看得到；不寫 --token 就會詢問',
        },
      );
    }
  }
  if (input.isTty) return await input.askSecret(prompt);
  throw misuse(
    { en: 'there is no terminal to ask for the token', 'zh-TW': '沒有終端機可以詢問權杖' },
    { en: 'pipe it in with --token -, or name a file', 'zh-TW': '請以 --token - 從標準輸入讀取，或指定檔案' },
  );
}
