import type { Draw } from './draw.ts';

/** People who pass the shops on one day, and what they do; drawn beforehand, so that a day depends on its seed alone. */

export interface Person {
  /** Their number in the crowd, from 0. */
  readonly index: number;
  readonly os: 'ios' | 'android';
  /** LINE in the foreground; Android hears beacons with it only. */
  readonly lineOpen: boolean;
  /** LINE's own switch for LINE Beacon. */
  readonly beaconConsent: boolean;
  /** A friend before the day begins. */
  readonly friend: boolean;
  readonly carriesTag: boolean;
}

export type Deed =
  /** Comes to a door; a tag is sensed there until it leaves. */
  | { readonly does: 'pass'; readonly door: number; readonly staysTicks: number }
  | { readonly does: 'befriend' }
  | { readonly does: 'say'; readonly text: string }
  | { readonly does: 'block' };

export interface Step {
  readonly person: number;
  /** Ticks since the beginning of the day. */
  readonly tick: number;
  readonly deed: Deed;
}

/** A day of five-minute steps, from six in the morning to six the next. */
export const TICK_MS = 5 * 60_000;
export const TICKS = 288;
const TICKS_AN_HOUR = 12;
/** People are out from eight to half past ten. */
const OUT_FROM = 2 * TICKS_AN_HOUR;
const OUT_FOR = 14.5 * TICKS_AN_HOUR;

/** Shares of a hundred. Guesses about a crowd in Taiwan, where nearly everybody has LINE and few know of LINE Beacon. */
const SHARES = { friend: 45, beaconConsent: 60, ios: 55, lineOpen: 35, tag: 12, befriends: 12, says: 18, blocks: 3 };

export const drawPeople = (many: number, draw: Draw): Person[] =>
  Array.from({ length: many }, (_, index) => {
    const friend = draw.percent(SHARES.friend);
    return {
      ...{ index, friend },
      os: draw.percent(SHARES.ios) ? ('ios' as const) : ('android' as const),
      lineOpen: draw.percent(SHARES.lineOpen),
      beaconConsent: draw.percent(SHARES.beaconConsent),
      // A card is handed out to members.
      carriesTag: friend && draw.percent(SHARES.tag),
    };
  });

/** What they do, in the order of time. `phrases`: what campaigns wait for; `doors`: how many there are. */
export function drawDay(
  people: readonly Person[],
  { doors, phrases }: { readonly doors: number; readonly phrases: readonly string[] },
  draw: Draw,
): Step[] {
  const steps = people.flatMap(({ index, friend }) => {
    const mine: Step[] = [];
    const out = (): number => OUT_FROM + draw.whole(OUT_FOR);
    const add = (deed: Deed): void => void mine.push({ person: index, tick: out(), deed });
    for (let walks = 1 + draw.whole(3); walks > 0 && doors > 0; walks--) {
      add({ does: 'pass', door: draw.whole(doors), staysTicks: 1 + draw.whole(8) });
    }
    if (!friend && draw.percent(SHARES.befriends)) add({ does: 'befriend' });
    if (draw.percent(SHARES.says)) {
      const [first, ...more] = phrases;
      // Not everybody types what the poster says.
      const text = first === undefined || draw.percent(20) ? '你好' : draw.one([first, ...more]);
      for (let times = 1 + draw.whole(2); times > 0; times--) add({ does: 'say', text });
    }
    if (draw.percent(SHARES.blocks)) add({ does: 'block' });
    return mine;
  });
  return steps.sort((a, b) => a.tick - b.tick || a.person - b.person);
}
