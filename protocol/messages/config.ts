import { z } from 'zod';
import { accept, type Result, reject } from '../result.ts';
import { RSSI_MAX, RSSI_MIN } from '../units.ts';
import { EpochMsField } from './common.ts';
import { explainMessage } from './explain.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** A profile of its own, written out; the node knows its format and judges it. */
const InlineProfile = z.looseObject({ v: z.literal(1) });

/**
 * What headquarters may set on a node. A key that is absent is left to the node itself. The node judges once more whether
 * it can live with the values: what a room or a radio bears is not known here.
 */
export const NodeConfig = z.strictObject({
  /** A profile shipped with the node's program, by name, or a profile document. Never a path: that is the node's own. */
  profile: z
    .union([z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a profile name has a-z, 0-9 and "-"'), InlineProfile])
    .optional(),
  /** How strong a tag must be heard to count as near. */
  enterDbm: z.int().min(RSSI_MIN).max(RSSI_MAX).optional(),
  /** A tag not near for this long has left. */
  exitAfterMs: z.int().min(1).max(86_400_000).optional(),
  /** Whether passers-by are counted. */
  footfall: z.boolean().optional(),
  /** Time between two health messages. */
  healthEveryMs: z.int().min(1_000).max(300_000).optional(),
  logLevel: z.enum(LOG_LEVELS).optional(),
});
export type NodeConfig = z.infer<typeof NodeConfig>;

export const CONFIG_KEYS = ['profile', 'enterDbm', 'exitAfterMs', 'footfall', 'healthEveryMs', 'logLevel'] as const;
export type ConfigKey = (typeof CONFIG_KEYS)[number];

/** `config/desired`, retained: the whole configuration, not a change to it. A version is never used for two of them. */
export const DesiredConfig = z.strictObject({ v: z.literal(1), version: z.int().positive(), config: NodeConfig });
export type DesiredConfig = z.infer<typeof DesiredConfig>;

export const CONFIG_STATES = ['applied', 'applying', 'refused', 'rolled-back'] as const;

/** `config/reported`, retained: what became of the newest version the node has seen, and what it runs with. */
export const ReportedConfig = z.object({
  v: z.literal(1),
  /** 0 as long as nothing was ever desired of this node. */
  version: z.int().nonnegative(),
  state: z.enum(CONFIG_STATES),
  /** In effect now, every key; after `refused` and `rolled-back` what was good before. */
  config: z.record(z.string(), z.unknown()),
  /** Set at the node itself by flag or environment, and so not from afar. */
  pinned: z.array(z.enum(CONFIG_KEYS)).optional(),
  /** Why not: `code` is API, `detail` one sentence. */
  reason: z.object({ code: z.string().max(64), detail: z.string().max(2_000) }).optional(),
  at: EpochMsField,
});
export type ReportedConfig = z.infer<typeof ReportedConfig>;

export type DesiredRejectCode = 'bad-message' | 'bad-config';

/** A desired configuration that cannot be read; `version` where at least that could, so that it can be answered. */
export interface UnreadableDesired {
  readonly version?: number;
}

/** Reads `config/desired`. The reject names each key that is wrong, and what was probably meant by an unknown one. */
export function readDesired(json: unknown): Result<DesiredConfig, DesiredRejectCode> & UnreadableDesired {
  const parsed = DesiredConfig.safeParse(json);
  if (parsed.success) return accept(parsed.data);
  const version = z.looseObject({ version: z.int().positive() }).safeParse(json).data?.version;
  const detail = explainMessage(parsed.error, (path) => (path[0] === 'config' ? CONFIG_KEYS : ENVELOPE_KEYS));
  return version === undefined
    ? reject('bad-message', detail)
    : { ...reject('bad-config', `version ${version}: ${detail}`), version };
}

const ENVELOPE_KEYS = ['v', 'version', 'config'] as const;
