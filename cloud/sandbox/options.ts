import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { errorMessage } from '../../protocol/error-message.ts';
import { accept, type Result, reject } from '../../protocol/result.ts';
import { mintAccessToken, mintUserId } from './platform/mint.ts';
import { SettingsPatch } from './platform/settings.ts';
import { USER_ID } from './platform/user.ts';
import type { SandboxOptions } from './sandbox.ts';

export const HELP = `Usage: node dist/cloud/sandbox/main.js [options]
A LINE platform to try against: Messaging API, webhooks, people with phones.
  --host HOST               where to listen (127.0.0.1)
  --port PORT               0: any free port (0)
  --webhook-url URL         where webhooks go (none)
  --channel-secret SECRET   signs webhooks (made up)
  --access-token TOKEN      what the API accepts (made up)
  --channel-id ID           for stateless tokens (1234567890)
  --bot-user-id ID          destination of webhooks (made up)
  --hwid HWID               issued to this account; may be repeated
  --quota N                 messages a month (no limit)
  --air-socket PATH         virtual air: one connection is one radio
  --air-ctl PATH            virtual air: where radios are (PHAROS_AIR_CTL)
  --phone-radio hciN        a real adapter as the phone's radio
  --faults FILE             planted faults as JSON; read again whenever the file changes
  --trace DIR               one btsnoop file per radio
`;

const text = { type: 'string' } as const;
const OPTIONS = {
  host: text,
  port: text,
  'webhook-url': text,
  'channel-secret': text,
  'access-token': text,
  'channel-id': text,
  'bot-user-id': text,
  hwid: { type: 'string', multiple: true },
  quota: text,
  'air-socket': text,
  'air-ctl': text,
  'phone-radio': text,
  faults: text,
  trace: text,
  help: { type: 'boolean' },
} as const;

const Argv = z.object({
  host: z.string().default('127.0.0.1'),
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  'channel-secret': z.string().min(1).optional(),
  'access-token': z.string().min(1).optional(),
  'channel-id': z.string().min(1).default('1234567890'),
  'bot-user-id': z.string().regex(USER_ID, 'a LINE user id is U and 32 lower-case hex digits').optional(),
  quota: z.coerce.number().int().nonnegative().optional(),
  'phone-radio': z
    .string()
    .regex(/^hci\d+$/, 'a phone radio is named hci0, hci1, …')
    .optional(),
});

/** Flags win over `PHAROS_AIR_SOCKET` and `PHAROS_AIR_CTL`. A reject says in one sentence what is wrong. */
export function readOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<SandboxOptions | 'help', 'bad_option'> {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(argv);
  } catch (error) {
    return reject('bad_option', errorMessage(error));
  }
  if (values.help) return accept('help');
  const parsed = Argv.safeParse(values);
  if (!parsed.success) return reject('bad_option', sentence(parsed.error));
  const { host, port, quota } = parsed.data;
  const settings = SettingsPatch.safeParse({
    ...defined('webhookUrl', values['webhook-url']),
    hwids: values.hwid ?? [],
    quota: quota === undefined ? { type: 'none' } : { type: 'limited', value: quota },
  });
  if (!settings.success) return reject('bad_option', sentence(settings.error));
  return accept({
    host,
    port,
    settings: Object.fromEntries(Object.entries(settings.data)),
    channel: {
      channelId: parsed.data['channel-id'],
      secret: parsed.data['channel-secret'] ?? randomBytes(16).toString('hex'),
      accessToken: parsed.data['access-token'] ?? mintAccessToken(randomBytes),
      botUserId: parsed.data['bot-user-id'] ?? mintUserId(randomBytes),
      displayName: 'Pharos sandbox',
    },
    ...defined('airSocket', values['air-socket'] ?? env['PHAROS_AIR_SOCKET']),
    ...defined('airControl', values['air-ctl'] ?? env['PHAROS_AIR_CTL']),
    ...defined('phoneRadio', values['phone-radio']),
    ...defined('traceDir', values.trace),
    ...defined('faultsFile', values.faults),
  });
}

const parse = (argv: readonly string[]) => parseArgs({ args: [...argv], options: OPTIONS }).values;

const defined = <K extends string>(key: K, value: string | undefined): { [P in K]?: string } =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: string };

const sentence = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `--${path.map(String).join('.')}: ${message}`).join('; ');
