import type { Hwid } from '../../../protocol/ids.ts';
import type { NodeBundle } from '../../../protocol/messages/bundle.ts';
import type { Result } from '../../../protocol/result.ts';
import { planBroadcast } from '../broadcast-plan.ts';
import type { BroadcastProfile } from '../broadcast-profile.ts';
import { ADVERTISING_INTERVAL_MS } from '../thresholds.ts';
import { type Fact, fail, ok, type Rule, seen, type Verdict, warn } from './check.ts';

/** Who the node is and what it is meant to broadcast. */
export interface IdentityFacts {
  readonly bundleFile: Fact<BundleFile>;
  readonly bundle: Fact<Result<NodeBundle>>;
  readonly profile: Result<{ readonly name: string; readonly profile: BroadcastProfile }>;
}

export type BundleFile =
  | { readonly at: 'missing'; readonly path: string }
  | {
      readonly at: 'there';
      readonly path: string;
      /** Permission bits. */
      readonly mode: number;
      readonly owner: number;
      /** Owner of the data folder, whom the daemons run as. */
      readonly folderOwner: number;
      /** systemd reads it as root and hands the daemons a copy. */
      readonly isCredential: boolean;
    };

/** Rules that need a good bundle list `bundle-form`; this hands it to them. */
export const withBundle = (facts: Pick<IdentityFacts, 'bundle'>, judge: (bundle: NodeBundle) => Verdict): Verdict =>
  seen(facts.bundle, (read) => (read.ok ? judge(read.value) : fail(read.reject.detail, NEW_BUNDLE)));

const NEW_BUNDLE = 'make a bundle with "pharos node add" and install it with "pharos-edge enroll <file> --replace"';

export const IDENTITY_RULES: readonly Rule<IdentityFacts>[] = [
  {
    name: 'enrolled',
    group: 'identity',
    judge: ({ bundleFile }) =>
      seen(bundleFile, (file) =>
        file.at === 'there'
          ? ok(file.path)
          : fail(
              `there is no node bundle (${file.path})`,
              'make one with "pharos node add <id> --store <store> --out <file>" and install it with "pharos-edge enroll <file>"',
            ),
      ),
  },
  {
    name: 'bundle-owner',
    group: 'identity',
    needs: ['enrolled'],
    judge: ({ bundleFile }) =>
      seen(bundleFile, (file) => {
        const isFine = file.at === 'missing' || file.isCredential || file.owner === file.folderOwner;
        if (isFine) return ok('the daemons may read the node bundle');
        return fail(
          `${file.path} belongs to user ${file.owner}, but the daemons run as the data folder’s owner, user ${file.folderOwner}`,
          `chown ${file.folderOwner} ${file.path}`,
        );
      }),
  },
  {
    name: 'bundle-secret',
    group: 'identity',
    needs: ['enrolled'],
    judge: ({ bundleFile }) =>
      seen(bundleFile, (file) => {
        const mode = file.at === 'there' ? file.mode : 0o600;
        if ((mode & 0o077) === 0) return ok('nobody else may read the node’s keys');
        return warn(
          `other users may read the node’s keys (mode ${mode.toString(8)})`,
          `chmod 600 ${file.path}; if strangers use this machine, renew the keys with "pharos node add --rotate"`,
        );
      }),
  },
  {
    name: 'bundle-form',
    group: 'identity',
    needs: ['enrolled'],
    judge: (facts) => withBundle(facts, ({ nodeId, storeId, zone }) => ok(`node ${nodeId}, store ${storeId}, ${zone}`)),
  },
  {
    name: 'hwid',
    group: 'identity',
    needs: ['bundle-form'],
    judge: (facts) =>
      withBundle(facts, ({ hwid }) => {
        const remedy =
          'have LINE issue a hardware id (manager.line.biz/beacon/register), put it into the Node file, apply it and make a new bundle';
        if (isInvented(hwid)) return fail(`HWID ${hwid} is not one LINE hands out`, remedy);
        if (hwid === EXAMPLE_HWID) return warn(`HWID ${hwid} is the example of the documentation`, remedy);
        return ok(`HWID ${hwid}`);
      }),
  },
  {
    name: 'dm-key',
    group: 'identity',
    needs: ['bundle-form'],
    judge: (facts) =>
      withBundle(facts, ({ dmKey }) => {
        const remedy = 'make new keys with "pharos node add <id> --rotate" and enroll the new bundle';
        if (/^0+$/.test(dmKey)) return fail('the device-message key is all zero: anyone can forge this node', remedy);
        if (/^(..)\1+$/.test(dmKey)) return warn('the device-message key is one byte over and over', remedy);
        return ok('the device-message key is 32 bytes');
      }),
  },
  {
    name: 'ibeacon',
    group: 'identity',
    needs: ['bundle-form'],
    judge: (facts) =>
      withBundle(facts, ({ ibeacon: { uuid, major, minor, measuredPower } }) => {
        const remedy = 'write ibeacon: into the Node file, apply it, and make a new bundle with "pharos node add"';
        if (/^[0-]+$/.test(uuid)) return fail('the iBeacon UUID is all zero, which phones ignore', remedy);
        if (measuredPower > -20 || measuredPower < -100) {
          return warn(`no radio is heard with ${measuredPower} dBm at one metre (measuredPower)`, remedy);
        }
        return ok(`iBeacon ${uuid}/${major}/${minor}`);
      }),
  },
  {
    name: 'profile',
    group: 'identity',
    judge: ({ profile }) =>
      profile.ok
        ? ok(`profile ${profile.value.name}`)
        : fail(
            profile.reject.detail,
            'correct it, or choose another with PHAROS_PROFILE; "pharos-edge profile check <file>"',
          ),
  },
  {
    name: 'profile-fits',
    group: 'identity',
    needs: ['bundle-form', 'profile'],
    judge: (facts) =>
      withBundle(facts, (bundle) => {
        if (!facts.profile.ok) return ok('');
        const { name, profile } = facts.profile.value;
        const plan = planBroadcast(name, profile, bundle);
        return plan.ok
          ? ok('the bundle has all the profile needs')
          : fail(plan.reject.detail, 'choose another profile with PHAROS_PROFILE, or enroll a bundle with the keys');
      }),
  },
  {
    name: 'interval',
    group: 'identity',
    needs: ['profile'],
    judge({ profile }) {
      const intervalMs = profile.ok ? profile.value.profile.intervalMs : ADVERTISING_INTERVAL_MS;
      if (intervalMs <= SLOW_INTERVAL_MS) return ok(`an advert every ${intervalMs} ms`);
      return warn(
        `an advert only every ${intervalMs} ms: phones that pass by may miss it`,
        `set intervalMs: ${ADVERTISING_INTERVAL_MS} in the profile, which is what LINE recommends`,
      );
    },
  },
];

/** The one all examples of the documentation use. */
const EXAMPLE_HWID = '0a1b2c3d4e';
const INVENTED = new Set(['0123456789', '1234567890', '0011223344', '1122334455', 'deadbeef00', 'aabbccddee']);
const isInvented = (hwid: Hwid): boolean => /^(.)\1+$/.test(hwid) || INVENTED.has(hwid);

/** LINE recommends 152.5 ms; twice that still gives a phone three chances within a second. */
const SLOW_INTERVAL_MS = 2 * ADVERTISING_INTERVAL_MS;
