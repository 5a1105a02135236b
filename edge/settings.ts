import { join } from 'node:path';
import { z } from 'zod';
import { MqttUrl } from '../protocol/messages/bundle.ts';
import { ClockState } from '../protocol/messages/common.ts';
import { CONFIG_KEYS, type ConfigKey } from '../protocol/messages/config.ts';
import { accept, type Result, reject } from '../protocol/result.ts';
import { RSSI_MAX, RSSI_MIN } from '../protocol/units.ts';
import { DEFAULT_PROFILE_NAME } from './core/broadcast-profile.ts';
import { DEFAULT_HEALTH_EVERY_MS, PRESENCE_POLICY, SHADOW_POLICY } from './core/thresholds.ts';

/**
 * The node's settings: a flag wins over the environment, the environment over the default. One table gives name, type,
 * default and help.
 */
const positiveMs = z.coerce.number().int().min(1);

export const SETTINGS = {
  PHAROS_DATA_DIR: z.string().min(1).default('./data').describe('folder of the node bundle and the outbox'),
  PHAROS_BUNDLE_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('the node bundle, where it is not node.json in that folder'),
  PHAROS_RUNTIME_DIR: z
    .string()
    .min(1)
    .optional()
    .describe('folder in memory, shared by radio and uplink, for events while the disk takes none'),
  PHAROS_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('least severity that is logged to stderr'),
  PHAROS_MQTT_URL: MqttUrl.optional().describe('broker to use instead of the one in the node bundle'),
  PHAROS_HEALTH_EVERY_MS: positiveMs.default(DEFAULT_HEALTH_EVERY_MS).describe('time between two health messages'),
  PHAROS_EXIT_AFTER_MS: positiveMs
    .default(PRESENCE_POLICY.exitAfterMs)
    .describe('a tag not near for this long has left'),
  PHAROS_PROFILE: z
    .string()
    .min(1)
    .default(DEFAULT_PROFILE_NAME)
    .describe('what is broadcast: a profile in firmware-config/profiles, or the path of a profile file'),
  PHAROS_ENTER_DBM: z.coerce
    .number()
    .int()
    .min(RSSI_MIN)
    .max(RSSI_MAX)
    .optional()
    .describe("how strong a tag must be heard to count as near, instead of the bundle's or the default"),
  PHAROS_FOOTFALL: z
    .enum(['on', 'off'])
    .default('on')
    .describe('whether unknown advertisers near the node are counted, without telling them apart'),
  PHAROS_CLOCK: ClockState.optional().describe('what to believe of the wall clock, instead of judging it'),
  PHAROS_CONFIG_TRIAL_MS: positiveMs
    .default(SHADOW_POLICY.trialMs)
    .describe('a configuration from afar that does not prove itself within this time is rolled back'),
  PHAROS_AIR_SOCKET: z.string().min(1).optional().describe('socket of the virtual air, a radio without hardware'),
} as const;

const Environment = z.object(SETTINGS);

const VARIABLE_OF: Readonly<Record<ConfigKey, keyof typeof SETTINGS>> = {
  profile: 'PHAROS_PROFILE',
  enterDbm: 'PHAROS_ENTER_DBM',
  exitAfterMs: 'PHAROS_EXIT_AFTER_MS',
  footfall: 'PHAROS_FOOTFALL',
  healthEveryMs: 'PHAROS_HEALTH_EVERY_MS',
  logLevel: 'PHAROS_LOG_LEVEL',
};

export interface EdgeSettings {
  readonly dataDir: string;
  readonly bundleFile: string;
  /** Where events go while the disk takes none. */
  readonly runtimeDir: string | undefined;
  readonly logLevel: string;
  readonly mqttUrl: string | undefined;
  readonly healthEveryMs: number;
  readonly exitAfterMs: number;
  /** Name or path of the broadcast profile. */
  readonly profile: string;
  readonly enterDbm: number | undefined;
  readonly footfall: boolean;
  readonly clock: ClockState | undefined;
  readonly airSocket: string | undefined;
  /** How long a configuration from afar has to prove itself. */
  readonly trialMs: number;
  /** Which of what headquarters may configure is set here, by flag or environment, and so not from afar. */
  readonly pinned: readonly ConfigKey[];
}

/** Reads all settings once. The reject names every variable that is wrong, and what it should be. */
export function readSettings(
  env: NodeJS.ProcessEnv,
  flags: { readonly dataDir?: string | undefined; readonly profile?: string | undefined },
): Result<EdgeSettings, 'bad-setting'> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    return reject('bad-setting', faults.join('; '));
  }
  const values = parsed.data;
  const dataDir = flags.dataDir ?? values.PHAROS_DATA_DIR;
  return accept({
    dataDir,
    bundleFile: values.PHAROS_BUNDLE_FILE ?? join(dataDir, 'node.json'),
    runtimeDir: values.PHAROS_RUNTIME_DIR ?? env['RUNTIME_DIRECTORY']?.split(':')[0],
    logLevel: values.PHAROS_LOG_LEVEL,
    mqttUrl: values.PHAROS_MQTT_URL,
    healthEveryMs: values.PHAROS_HEALTH_EVERY_MS,
    exitAfterMs: values.PHAROS_EXIT_AFTER_MS,
    profile: flags.profile ?? values.PHAROS_PROFILE,
    enterDbm: values.PHAROS_ENTER_DBM,
    footfall: values.PHAROS_FOOTFALL === 'on',
    clock: values.PHAROS_CLOCK,
    airSocket: values.PHAROS_AIR_SOCKET,
    trialMs: values.PHAROS_CONFIG_TRIAL_MS,
    pinned: CONFIG_KEYS.filter(
      (key) => given[VARIABLE_OF[key]] !== undefined || (key === 'profile' && flags.profile !== undefined),
    ),
  });
}

/** The environment variables for `--help`, one a line. */
export function describeSettings(): string {
  const lines = Object.entries(SETTINGS).map(([name, field]) => {
    const standard = field.safeParse(undefined).data;
    return `  ${name.padEnd(24)}${field.description}${standard === undefined ? '' : ` (${standard})`}`;
  });
  return ['Environment:', ...lines].join('\n');
}
