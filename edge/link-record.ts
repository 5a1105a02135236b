import type { EpochMs } from '../protocol/units.ts';
import { describeTrouble, type LinkTrouble } from './core/link-trouble.ts';
import { UPLINK_SNAPSHOT_EVERY_MS, UPLINK_SNAPSHOT_STALE_MS } from './core/thresholds.ts';
import type { Machine } from './host/machine.ts';
import { productVersion } from './host/version.ts';
import type { UplinkSnapshot, UplinkSnapshots } from './store/uplink-snapshot.ts';

const VERSION = productVersion();

/** Keeps what `status` and `doctor` are told about the line: written when it changes, and now and then as a sign of life. */
export interface LinkRecord {
  up(): void;
  /** True when this trouble is another one than before, or ended a line that stood: worth a line in the log. */
  down(trouble: LinkTrouble): boolean;
  /** The cloud has acknowledged events; told with the next sign of life, not at once. */
  acked(): void;
  stopped(): void;
  beat(): void;
}

/** `store` may fail with the disk: the caller tolerates it, and the next beat writes again. */
export function createLinkRecord(machine: Machine, store: UplinkSnapshots): LinkRecord {
  let link: UplinkSnapshot['link'] = { at: 'down', since: machine.wall() };
  let due = 0;
  let lastAck: EpochMs | undefined;

  function write(): void {
    // Due first: a disk that fails must not be tried on every beat.
    due = machine.mono() + UPLINK_SNAPSHOT_EVERY_MS;
    store.write({
      boot: machine.boot,
      writtenMono: machine.mono(),
      version: VERSION,
      link,
      ...(lastAck === undefined ? {} : { lastAck }),
    });
  }

  return {
    up() {
      link = { at: 'up', since: machine.wall() };
      due = 0;
    },
    down(trouble) {
      const isNews = link.at !== 'down' || link.trouble?.code !== trouble.code;
      if (isNews) {
        link = { at: 'down', since: link.at === 'down' ? link.since : machine.wall(), trouble };
        due = 0;
      }
      return isNews;
    },
    acked() {
      lastAck = machine.wall();
    },
    stopped() {
      link = { at: 'stopped', since: machine.wall() };
      write();
    },
    beat() {
      if (machine.mono() >= due) write();
    },
  };
}

/** The line for a person, as far as the last record can be believed at this moment. */
export function describeLink(snapshot: UplinkSnapshot | undefined, machine: Machine): string {
  if (snapshot === undefined) return 'the uplink has not run here';
  const { boot, writtenMono, link } = snapshot;
  const isAlive = boot === machine.boot && machine.mono() - writtenMono <= UPLINK_SNAPSHOT_STALE_MS;
  const since = new Date(link.since).toISOString();
  if (link.at === 'stopped') return `not running, stopped ${since}`;
  if (!isAlive) return 'not running';
  if (link.at === 'up') return `connected since ${since}`;
  if (link.trouble === undefined) return `connecting since ${since}`;
  return `no line since ${since}: ${describeTrouble(link.trouble)}`;
}
