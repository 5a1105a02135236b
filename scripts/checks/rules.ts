/**
 * Who may import whom. Rooms are path prefixes; the first rule whose `from` matches a file decides.
 * `core` is pure, adapters see `core` and `protocol` but never each other, and only the composing files see everything.
 */
export interface HouseRule {
  readonly from: RegExp;
  /** Project files this room may import, besides itself. */
  readonly may: readonly RegExp[];
  /** Packages (and node: modules) this room may import; absent means any. */
  readonly packages?: RegExp;
  readonly why: string;
}

const PROTOCOL = /^protocol\//;

/**
 * Files that are one of a kind: who else could read a segment or judge by the gates would in time answer differently.
 * Checked besides the rules, for tests too where they are not beside the guarded file.
 */
export interface Guard {
  readonly target: RegExp;
  readonly only: RegExp;
  readonly why: string;
}

export const GUARDS: readonly Guard[] = [
  {
    target: /^cloud\/core\/segment\/(matches|compare)\.ts$/,
    only: /^cloud\/(core\/(decide|segment)\/|(cli|http)\/audience(-[a-z]+)?\.ts$|audience\.ts$)/,
    why: 'segments are read in one place: ask decide, or audience.ts for a preview',
  },
  {
    target: /^cloud\/core\/decide\/gates\.ts$/,
    only: /^cloud\/(core\/decide\/|.*\.test\.ts$)/,
    why: 'only decide judges by the gates',
  },
];

/** `self` in a rule's `may` is written as the room's own prefix. */
export const HOUSE_RULES: readonly HouseRule[] = [
  {
    from: /^protocol\//,
    may: [PROTOCOL],
    packages: /^(zod|node:crypto)$/,
    why: 'protocol is what edge and cloud say to each other: zod and nothing else of ours',
  },
  {
    from: /^edge\/core\//,
    may: [PROTOCOL, /^edge\/core\//],
    packages: /^(zod|node:crypto)$/,
    why: 'edge/core is pure: no I/O, no clock, no randomness',
  },
  {
    from: /^cloud\/core\//,
    may: [PROTOCOL, /^cloud\/core\//],
    packages: /^(zod|node:crypto|liquidjs|temporal-polyfill|libphonenumber-js\/min|bwip-js\/generic)$/,
    why: 'cloud/core is pure: no I/O, no clock, no randomness',
  },
  {
    from: /^cloud\/chat\//,
    may: [/^cloud\/chat\//],
    packages: /^$/,
    why: 'how a chat shows a LINE message is known to those who play LINE and to those who preview: pure, and nothing of ours',
  },
  {
    from: /^cloud\/sandbox\//,
    may: [PROTOCOL, /^cloud\/sandbox\//, /^cloud\/chat\//],
    why: 'the sandbox is the outside world: it may know the protocol on the air, but none of our code',
  },
  {
    from: /^cloud\/cli\//,
    may: [PROTOCOL, /^cloud\/core\//, /^cloud\/chat\//, /^cloud\/cli\//, /^cloud\/(make-folder|settings|version)\.ts$/],
    why: 'the CLI talks to /v1 and never opens the database',
  },
  ...['radio', 'store', 'link', 'host'].map((room) => adapter('edge', room)),
  ...['ingest', 'deliver', 'store', 'fleet', 'broker', 'http'].map((room) => adapter('cloud', room)),
  { from: /^edge\/bench\//, may: [PROTOCOL, /^edge\//], why: 'a bench composes like a daemon' },
  {
    from: /^cloud\/simulate\//,
    may: [PROTOCOL, /^cloud\/(?!cli\/)/],
    why: 'a simulated day composes the service and the world around it',
  },
  {
    from: /^cloud\/bench\//,
    may: [PROTOCOL, /^cloud\/(?!sandbox\/|cli\/)/],
    why: 'a bench composes like a daemon',
  },
  { from: /^edge\/[^/]+\.ts$/, may: [PROTOCOL, /^edge\//], why: 'edge and cloud never import each other' },
  {
    from: /^cloud\/[^/]+\.ts$/,
    may: [PROTOCOL, /^cloud\/(?!sandbox\/|cli\/)/],
    why: 'edge and cloud never import each other',
  },
  {
    from: /^scripts\/checks\//,
    may: [
      PROTOCOL,
      /^scripts\/checks\//,
      /^(cloud|edge)\/settings\.ts$/,
      /^edge\/core\/broadcast-profile\.ts$/,
      /^cloud\/core\/decide\/page\.fixture\.ts$/,
      /^scripts\/boards\/board\.ts$/,
    ],
    why: 'checks read the sources, the schemas and the table of cases, nothing that runs',
  },
  { from: /^scripts\/lab\//, may: [PROTOCOL, /^scripts\/lab\//], why: 'the lab is a radio; it knows no daemon' },
  {
    from: /^scripts\/demo\//,
    may: [PROTOCOL, /^scripts\/(demo|lab)\//],
    why: 'the demo starts the built programs as a person would',
  },
  {
    from: /^scripts\/e2e\//,
    may: [PROTOCOL, /^scripts\//],
    why: 'whole-system tests act on the built programs from outside',
  },
  { from: /^scripts\//, may: [/^scripts\//, PROTOCOL], why: 'scripts act from outside' },
];

function adapter(side: 'edge' | 'cloud', room: string): HouseRule {
  return {
    from: new RegExp(`^${side}/${room}/`),
    may: [PROTOCOL, new RegExp(`^${side}/core/`), new RegExp(`^${side}/${room}/`)],
    why: `${side}/${room} is an adapter: it sees core and protocol, never another adapter`,
  };
}
