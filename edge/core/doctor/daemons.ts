import { type Fact, fail, ok, type Rule, seen, warn } from './check.ts';
import { minutes, type StoreFacts } from './store.ts';

/** The programs that do the work: systemd's view of them, and what they say of themselves. */
export interface DaemonFacts extends Pick<StoreFacts, 'outbox'> {
  readonly units: Fact<readonly Unit[]>;
  readonly uplink: Fact<UplinkTold>;
  readonly versions: Fact<{ readonly installed: string; readonly running: readonly RunningVersion[] }>;
  readonly config: Fact<ConfigTold>;
}

export interface Unit {
  readonly name: string;
  readonly isEnabled: boolean;
  /** systemd's ActiveState. */
  readonly active: string;
  /** How often systemd had to start it again since it was started by hand or at boot. */
  readonly restarts: number;
  /** systemd's SubState; `auto-restart` between two attempts. */
  readonly sub: string;
}

export interface RunningVersion {
  readonly daemon: string;
  readonly version: string;
}

export type UplinkTold =
  | { readonly at: 'never' }
  | { readonly at: 'silent'; readonly agoMs?: number }
  /** It ended because it was asked to. */
  | { readonly at: 'stopped'; readonly agoMs: number }
  | {
      readonly at: 'alive';
      readonly agoMs: number;
      readonly link:
        | { readonly at: 'up'; readonly forMs: number }
        /** Without a reason while the first attempt runs. */
        | { readonly at: 'down'; readonly trouble?: { readonly sentence: string; readonly remedy: string } };
    };

/** The desired config and what became of it. */
export type ConfigTold =
  | { readonly at: 'none' }
  | { readonly at: 'applied' | 'trying'; readonly version: number }
  | { readonly at: 'refused'; readonly version: number; readonly why: string };

const UNHAPPY_RESTARTS = 5;
/** The cloud answers within seconds and is asked again every few. */
const ACK_LATE_MS = 2 * 60_000;

const commands = (units: readonly Unit[], verb: string): string =>
  `systemctl ${verb} ${units.map(({ name }) => name).join(' ')}`;

export const DAEMON_RULES: readonly Rule<DaemonFacts>[] = [
  {
    name: 'units-enabled',
    group: 'daemons',
    judge: ({ units }) =>
      seen(units, (all) => {
        const off = all.filter(({ isEnabled }) => !isEnabled);
        if (off.length === 0) return ok('the daemons start with the machine');
        return warn(`${off.map(({ name }) => name).join(', ')}: not started with the machine`, commands(off, 'enable'));
      }),
  },
  {
    name: 'restart-loop',
    group: 'daemons',
    judge: ({ units }) =>
      seen(units, (all) => {
        const looping = all.filter(({ restarts, sub }) => sub === 'auto-restart' || restarts >= UNHAPPY_RESTARTS);
        if (looping.length === 0) return ok('no daemon keeps ending');
        const [first] = looping;
        return warn(
          looping.map(({ name, restarts }) => `${name} was started again ${restarts} times`).join(', '),
          `its last words: journalctl -u ${first?.name ?? 'pharos-radio'} -n 30; afterwards: systemctl reset-failed`,
        );
      }),
  },
  {
    name: 'units-active',
    group: 'daemons',
    needs: ['bundle-form'],
    judge: ({ units }) =>
      seen(units, (all) => {
        const down = all.filter(({ active }) => active !== 'active' && active !== 'activating');
        if (down.length === 0) return ok('the daemons run');
        return fail(`${down.map(({ name, active }) => `${name} is ${active}`).join(', ')}`, commands(down, 'start'));
      }),
  },
  {
    name: 'uplink-daemon',
    group: 'daemons',
    needs: ['bundle-form', 'database-version', 'units-active'],
    judge: ({ uplink }) =>
      seen(uplink, (told) => {
        const remedy =
          'systemctl start pharos-uplink (without systemd: pharos-edge run); its last words: journalctl -u pharos-uplink -n 20';
        switch (told.at) {
          case 'alive':
            return ok(`reported ${minutes(told.agoMs)} ago`);
          case 'never':
            return fail('the uplink daemon has never run here', remedy);
          case 'stopped':
            return fail(`the uplink daemon was stopped ${minutes(told.agoMs)} ago`, remedy);
          case 'silent': {
            const since = told.agoMs === undefined ? 'in this boot' : `for ${minutes(told.agoMs)}`;
            return fail(`the uplink daemon has said nothing ${since}`, remedy);
          }
        }
      }),
  },
  {
    name: 'uplink-connected',
    group: 'daemons',
    needs: ['uplink-daemon', 'broker-login'],
    judge: ({ uplink }) =>
      seen(uplink, (told) => {
        if (told.at !== 'alive') return ok('');
        if (told.link.at === 'up') return ok(`connected for ${minutes(told.link.forMs)}`);
        const { trouble } = told.link;
        if (trouble === undefined) return ok('just connecting for the first time');
        return fail(`the uplink is not connected: ${trouble.sentence}`, trouble.remedy);
      }),
  },
  {
    name: 'acks',
    group: 'daemons',
    needs: ['uplink-connected', 'database-version'],
    judge: ({ uplink, outbox }) =>
      seen(uplink, (told) =>
        seen(outbox, ({ waiting, oldestAgeMs = 0 }) => {
          const upForMs = told.at === 'alive' && told.link.at === 'up' ? told.link.forMs : 0;
          if (Math.min(upForMs, oldestAgeMs) < ACK_LATE_MS) return ok('the cloud acknowledges what it gets');
          return warn(
            `the uplink is connected, but the cloud has not acknowledged ${waiting} events for ${minutes(oldestAgeMs)}`,
            'at headquarters: see that the cloud service runs and reads from this broker; events are kept here meanwhile',
          );
        }),
      ),
  },
  {
    name: 'config',
    group: 'daemons',
    judge: ({ config }) =>
      seen(config, (told) => {
        switch (told.at) {
          case 'none':
            return ok('no config from headquarters');
          case 'applied':
            return ok(`config ${told.version} of headquarters is in use`);
          case 'trying':
            return ok(`config ${told.version} of headquarters is being tried`);
          case 'refused':
            return warn(
              `config ${told.version} of headquarters was refused: ${told.why}`,
              'the node goes on with the one before; correct it at headquarters and apply it again',
            );
        }
      }),
  },
  {
    name: 'versions',
    group: 'daemons',
    judge: ({ versions }) =>
      seen(versions, ({ installed, running }) => {
        const others = running.filter(({ version }) => version !== installed);
        if (others.length === 0) return ok(`Pharos ${installed}`);
        return warn(
          others.map(({ daemon, version }) => `${daemon} still runs ${version}, installed is ${installed}`).join(', '),
          `systemctl restart ${others.map(({ daemon }) => `pharos-${daemon}`).join(' ')}`,
        );
      }),
  },
];
