import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Problem } from './core/problem.ts';

/**
 * Every setting of the cloud in one place: type, default and help. Flag beats environment beats default; a secret may
 * also come as `…_FILE`, the path of a file that holds it.
 */
const port = (fallback: number) =>
  z.coerce.number().int().min(0, 'a port is 0 to 65535').max(65_535, 'a port is 0 to 65535').default(fallback);

const BROKER_HELP = 'an address like mqtts://user:password@broker.example:8883, a % in the password as %25';

/** Whether an address can be taken apart, its user and password included. */
function isReadable(text: string): boolean {
  const url = URL.parse(text);
  try {
    return url !== null && decodeURIComponent(`${url.username}:${url.password}`) !== '';
  } catch {
    return false;
  }
}

const CONSOLE_HELP = 'copy it from the LINE Developers console';

export const SETTINGS = {
  PHAROS_DATA_DIR: { schema: z.string().min(1).default('./data'), help: 'where the database and made secrets live' },
  PHAROS_DATABASE_URL: {
    schema: z
      .string()
      .regex(/^postgres(ql)?:\/\/\S*\/[^/\s]+$/, 'an address like postgres://user:password@host/database')
      .refine((text) => URL.canParse(text), 'an address like postgres://user:password@host/database')
      .optional(),
    help: 'PostgreSQL, for more than one process (default: SQLite in the data folder)',
    secret: true,
  },
  PHAROS_HTTP_HOST: { schema: z.string().min(1).default('127.0.0.1'), help: 'interface of the HTTP server' },
  PHAROS_HTTP_PORT: { schema: port(8080), help: 'port of the HTTP server; 0 takes a free one' },
  PHAROS_MQTT_URL: {
    schema: z
      .string()
      .regex(/^mqtts?:\/\/[^/\s]+$/, BROKER_HELP)
      .refine(isReadable, BROKER_HELP)
      .optional(),
    help: 'MQTT broker to work with, for more than one process (default: an embedded one)',
    secret: true,
  },
  PHAROS_MQTT_USERNAME: {
    schema: z.string().min(1).optional(),
    help: 'user at that broker, where its address does not name one',
  },
  PHAROS_MQTT_PASSWORD: { schema: z.string().min(1).optional(), help: 'password of that user', secret: true },
  PHAROS_MQTT_VERSION: {
    schema: z
      .enum(['3.1.1', '5'])
      .default('3.1.1')
      .transform((text) => (text === '5' ? 5 : 4)),
    help: 'MQTT version to speak with that broker, 3.1.1 or 5',
  },
  PHAROS_MQTT_HOST: {
    schema: z.string().min(1).default('127.0.0.1'),
    help: 'interface of the embedded MQTT broker; on any other than loopback it speaks TLS',
  },
  PHAROS_MQTT_PORT: { schema: port(1883), help: 'port of the embedded MQTT broker; 0 takes a free one' },
  PHAROS_MQTT_TLS_CERT: {
    schema: z.string().optional(),
    help: 'PEM file with the broker certificate chain (default: one of an own CA in the data folder)',
  },
  PHAROS_MQTT_TLS_KEY: { schema: z.string().optional(), help: 'PEM file with the key of that certificate' },
  PHAROS_MQTT_TLS_CA: {
    schema: z.string().optional(),
    help: 'PEM file the broker is checked against; goes into the bundles of nodes as trust anchor',
  },
  PHAROS_MQTT_PUBLIC_URL: {
    schema: z
      .string()
      .regex(/^mqtts?:\/\/[^/]+$/, 'an MQTT address looks like mqtts://pharos.example:8883')
      .optional(),
    help: 'how nodes reach the broker; goes into their bundles (default: PHAROS_MQTT_URL, or what our own listens on)',
  },
  PHAROS_PUBLIC_URL: {
    schema: z
      .url({ protocol: /^https?$/, error: 'an address like https://pharos.example', abort: true })
      .transform((text) => text.replace(/\/+$/, ''))
      .optional(),
    help: 'where people and LINE reach the HTTP server from outside; the webhook address and links begin with it',
  },
  PHAROS_LIFF_ID: {
    schema: z
      .string()
      .regex(/^\d+-[A-Za-z0-9]+$/, 'a LIFF id looks like 1234567890-AbcdEfgh')
      .optional(),
    help: 'LIFF app whose endpoint is <PHAROS_PUBLIC_URL>/; forms then open for whoever LINE says is looking, and LINE proves who came by which door or link',
  },
  PHAROS_LINE_CHANNEL_SECRET: {
    schema: z.string().min(1, CONSOLE_HELP),
    help: 'LINE channel secret; two, the newer first, while it is being replaced',
    secret: true,
  },
  PHAROS_LINE_CHANNEL_ID: {
    schema: z.string().regex(/^\d+$/, 'a channel id is a number').optional(),
    help: 'LINE channel id; messages are then sent with short-lived tokens LINE issues for it and the secret',
  },
  PHAROS_LINE_PRICE: {
    schema: z
      .string()
      .regex(/^\d+ [A-Z]{3}$/, 'smallest unit and currency, like 20 TWD for NT$0.2')
      .transform((text) => ({ minor: Number.parseInt(text, 10), currency: text.slice(-3) }))
      .optional(),
    help: 'what a pushed message costs, like 20 TWD for NT$0.2; kept with each message for the reports',
  },
  PHAROS_LINE_CHANNEL_ACCESS_TOKEN: {
    schema: z.string().min(1, CONSOLE_HELP),
    help: 'LINE channel access token',
    secret: true,
  },
  PHAROS_LINE_API_BASE: {
    schema: z
      .url({ protocol: /^https?$/, error: 'a URL, e.g. https://api.line.me', abort: true })
      .refine((text) => new URL(text).pathname === '/', 'an origin without a path, e.g. https://api.line.me')
      .transform((text) => new URL(text).origin)
      .default('https://api.line.me'),
    help: 'origin of the Messaging API',
  },
  PHAROS_ADMIN_TOKEN: {
    schema: z.string().min(16, 'at least 16 characters').optional(),
    help: 'bearer token of /v1; made once into the data folder when absent',
    secret: true,
  },
  PHAROS_LOG_LEVEL: {
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    help: 'how much is logged to stderr',
  },
} as const satisfies Record<string, { schema: z.ZodType; help: string; secret?: boolean }>;

type Environment = Readonly<Record<string, string | undefined>>;

export type SettingName = keyof typeof SETTINGS;

export type Settings = { readonly [Name in SettingName]: z.output<(typeof SETTINGS)[Name]['schema']> };

/** Reads all settings; throws {@link Problem} that names every wrong or missing one with its remedy. */
export function readSettings(
  environment: Environment,
  flags: Readonly<Partial<Record<SettingName, string>>> = {},
): Settings {
  return readSome(Object.keys(SETTINGS) as SettingName[], environment, flags);
}

/** Reads only these settings, for work that does without the others; throws like {@link readSettings}. */
export function readSome<Name extends SettingName>(
  names: readonly Name[],
  environment: Environment,
  flags: Readonly<Partial<Record<SettingName, string>>> = {},
): Pick<Settings, Name> {
  const complaints: string[] = [];
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const setting = SETTINGS[name];
    const raw = given(flags[name]) ?? given(environment[name]) ?? given(fromFile(name, environment, complaints));
    const parsed = setting.schema.safeParse(raw);
    if (parsed.success) values[name] = parsed.data;
    else
      complaints.push(
        `${name}: ${raw === undefined ? 'is not set' : parsed.error.issues[0]?.message} (${setting.help})`,
      );
  }
  if (complaints.length > 0) {
    throw new Problem('invalid', 'bad_settings', complaints.join('\n'), {
      remedy: 'set them in the environment, or as …_FILE for a file that holds the value',
    });
  }
  return values as unknown as Pick<Settings, Name>;
}

/** The file a secret was read from, which may be replaced while the service runs; `undefined` where it was given itself. */
export const secretFileOf = (name: SettingName, environment: Environment): string | undefined =>
  given(environment[name]) === undefined ? given(environment[`${name}_FILE`]) : undefined;

/** Empty is not set: so a source that names a setting without a value does not hide the next one. */
const given = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

function fromFile(name: string, environment: Environment, complaints: string[]): string | undefined {
  const path = given(environment[`${name}_FILE`]);
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    complaints.push(`${name}_FILE: cannot read ${path}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
