import { parseHex } from '../../../protocol/bytes.ts';
import { verifyDm } from '../../../protocol/device-message.ts';
import type { Hwid } from '../../../protocol/ids.ts';
import type { NodeBundle } from '../../../protocol/messages/bundle.ts';
import type { LastRecovery, OnAir } from '../../../protocol/messages/status.ts';
import type { EpochMs } from '../../../protocol/units.ts';
import { describeRecovery } from '../recovery-record.ts';
import { type Fact, fail, ok, type Rule, seen, skip, type Verdict, warn } from './check.ts';
import { type IdentityFacts, withBundle } from './identity.ts';
import { minutes } from './store.ts';

/** What the radio daemon last wrote about itself. */
export interface RadioFacts extends Pick<IdentityFacts, 'bundle'> {
  readonly now: EpochMs;
  readonly radio: Fact<RadioTold>;
  /** Least time between two of its reports. */
  readonly healthEveryMs: number;
}

export type RadioTold =
  | { readonly at: 'never' }
  /** The last words of a process that has ended, in this boot or an earlier one. */
  | { readonly at: 'silent'; readonly agoMs?: number; readonly recovery?: LastRecovery }
  /** It ended because it was asked to. */
  | { readonly at: 'stopped'; readonly agoMs: number }
  | {
      readonly at: 'alive';
      readonly agoMs: number;
      readonly name: string;
      readonly state: 'on' | 'off';
      readonly lastAdvertAgoMs?: number;
      readonly onAir?: OnAir;
      readonly silentUntilMs?: EpochMs;
      readonly hears: readonly { readonly hwid: Hwid; readonly agoMs: number }[];
      readonly recovery?: LastRecovery;
    };

type Alive = Extract<RadioTold, { at: 'alive' }>;

/** Rules that need a live radio list `radio-daemon`. */
const alive = ({ radio }: RadioFacts, judge: (told: Alive) => Verdict): Verdict =>
  seen(radio, (told) => (told.at === 'alive' ? judge(told) : skip('the radio daemon does not run')));

/** Even an empty shop has phones passing by outside; at night it may have none. */
const DEAF_MS = 5 * 60_000;
/** A recovery this recent is worth knowing; an older one did its work. */
const RECENT_RECOVERY_MS = 15 * 60_000;

export const RADIO_RULES: readonly Rule<RadioFacts>[] = [
  {
    name: 'radio-daemon',
    group: 'radio',
    needs: ['bundle-form', 'profile-fits', 'database-version', 'adapter', 'adapter-free', 'radio-rights'],
    judge: ({ radio }) =>
      seen(radio, (told) => {
        const remedy =
          'systemctl start pharos-radio (without systemd: pharos-edge run); its last words: journalctl -u pharos-radio -n 20';
        switch (told.at) {
          case 'alive':
            return ok(`reported ${minutes(told.agoMs)} ago from ${told.name}`);
          case 'never':
            return fail('the radio daemon has never run here', remedy);
          case 'stopped':
            return fail(`the radio daemon was stopped ${minutes(told.agoMs)} ago`, remedy);
          case 'silent': {
            const since = told.agoMs === undefined ? 'in this boot' : `for ${minutes(told.agoMs)}`;
            const last = told.recovery === undefined ? '' : `; last ${describeRecovery(told.recovery)}`;
            return fail(`the radio daemon has said nothing ${since}${last}`, remedy);
          }
        }
      }),
  },
  {
    name: 'on-air',
    group: 'radio',
    needs: ['radio-daemon', 'adapter-power'],
    judge: (facts) =>
      alive(facts, ({ onAir, silentUntilMs, name }) => {
        if (silentUntilMs !== undefined) {
          return ok(`silent by plan until ${new Date(silentUntilMs).toISOString()} (opening hours of the profile)`);
        }
        if (onAir !== undefined) return ok(`the controller confirmed it: ${onAir.hwid ?? 'iBeacon only'}`);
        return fail(
          `nothing is on air: ${name} has not confirmed any advert`,
          'systemctl restart pharos-radio; if it stays so unplug the adapter for a moment, or restart the machine',
        );
      }),
  },
  {
    name: 'device-message',
    group: 'radio',
    needs: ['on-air', 'bundle-form', 'clock'],
    judge: (facts) =>
      withBundle(facts, (bundle) => alive(facts, ({ onAir }) => judgeMessage(onAir, bundle, facts.now))),
  },
  {
    name: 'hears-adverts',
    group: 'radio',
    needs: ['radio-daemon', 'adapter-power'],
    judge: (facts) =>
      alive(facts, ({ lastAdvertAgoMs, name }) => {
        if (lastAdvertAgoMs !== undefined && lastAdvertAgoMs <= DEAF_MS) {
          return ok(`heard an advert ${minutes(lastAdvertAgoMs)} ago`);
        }
        const since =
          lastAdvertAgoMs === undefined ? 'has heard nothing yet' : `heard nothing for ${minutes(lastAdvertAgoMs)}`;
        return warn(
          `${name} ${since}`,
          'hold a phone with Bluetooth on beside the node; if nothing changes, restart the radio (systemctl restart pharos-radio) or move the node out of metal',
        );
      }),
  },
  {
    name: 'neighbours',
    group: 'radio',
    needs: ['radio-daemon', 'bundle-form', 'hears-adverts'],
    judge: (facts) => withBundle(facts, (bundle) => alive(facts, ({ hears }) => judgeNeighbours(hears, bundle))),
  },
  {
    name: 'hwid-alone',
    group: 'radio',
    needs: ['radio-daemon', 'bundle-form'],
    judge: (facts) =>
      withBundle(facts, ({ hwid }) =>
        alive(facts, ({ hears }) =>
          hears.some((heard) => heard.hwid === hwid)
            ? warn(
                `another device nearby sends this node’s HWID ${hwid}`,
                'fine if two doors share it on purpose; else somebody copies it: compare "pharos node list" with what hangs there',
              )
            : ok('nobody else was heard with this HWID'),
        ),
      ),
  },
  {
    name: 'radio-recovery',
    group: 'radio',
    needs: ['radio-daemon'],
    judge: (facts) =>
      alive(facts, ({ recovery }) => {
        if (recovery === undefined) return ok('the radio never had to be revived');
        if (facts.now - recovery.at > RECENT_RECOVERY_MS) return ok(`last ${describeRecovery(recovery)}`);
        return warn(
          `just now ${describeRecovery(recovery)}`,
          'once is nothing; if it repeats look at power-supply, bluetoothd, other-programs, or try another adapter',
        );
      }),
  },
];

/** The way of the node and the way of the cloud must meet, or every offer at this door is refused as untrusted. */
function judgeMessage(onAir: OnAir | undefined, bundle: NodeBundle, now: EpochMs): Verdict {
  const { dmKey, slotSeconds, nodeIndex } = bundle;
  if (onAir?.dm === undefined || onAir.hwid === undefined) return ok('the profile has no device message now');
  const key = parseHex(dmKey);
  const verdict = verifyDm({ dm: onAir.dm, hwid: onAir.hwid, at: now, slotSeconds, keyOf: () => key });
  if (verdict.verdict === 'signed' && verdict.nodeIndex === nodeIndex) return ok(`signed as door ${nodeIndex}`);
  if (verdict.verdict === 'none') return ok('none: the profile says so');
  if (verdict.verdict === 'fixed') {
    return warn(
      'the fixed message is on air, which anyone can copy: the cloud limits the offers at this door',
      'see clock: without the time a message cannot be signed; or the profile says deviceMessage: fixed',
    );
  }
  return fail(
    'the device message on air is not signed by the enrolled bundle: the cloud refuses it',
    'systemctl restart pharos-radio, so that it reads the bundle that was enrolled since',
  );
}

function judgeNeighbours(hears: Alive['hears'], { neighbours = [] }: NodeBundle): Verdict {
  if (neighbours.length === 0) return skip('the bundle names no neighbours');
  const missing = neighbours.filter((hwid) => !hears.some((heard) => heard.hwid === hwid));
  if (missing.length === 0) return ok(`hears all ${neighbours.length} neighbours`);
  return warn(
    `does not hear ${missing.join(', ')}`,
    'run "pharos-edge doctor" there: it is silent or off; or it hangs too far away and is no neighbour',
  );
}
