import { fixedDm } from '../../protocol/device-message.ts';
import type { EpochMs } from '../../protocol/units.ts';
import type { Beside } from './day.ts';
import type { Hands } from './hands.ts';

/** A shop with six doors and campaigns that get into each other's way: nearly every reason for giving nothing occurs. */
export const DATE = '2026-12-15';

const ENVELOPE = { apiVersion: 'pharos/v1' };
const ZONES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const STORE = 'taipei-1';
const HWID = '0a1b2c3d4e';

export const STREET: readonly object[] = [
  {
    ...{ ...ENVELOPE, kind: 'Store', metadata: { id: STORE } },
    spec: { timeZone: 'Asia/Taipei', hours: '10:00-21:00' },
  },
  ...ZONES.map((zone) => ({
    ...{ ...ENVELOPE, kind: 'Node', metadata: { id: `door-${zone}` } },
    spec: { store: STORE, zone, hwid: HWID },
  })),
  {
    ...{ ...ENVELOPE, kind: 'Policy', metadata: { id: 'house' } },
    spec: {
      caps: {
        member: { max: 3, per: 'PT10H' },
        memberStore: { max: 2, per: 'PT3H' },
        global: { max: 60, per: 'P1D' },
      },
    },
  },
];

const at = (zone: string, on = 'enter') => ({ trigger: { on, at: { stores: [STORE], zones: [zone] } } });
const pushes = (max: number) => ({ delivery: { prefer: 'push' }, limits: { messages: { max, per: 'month' } } });

/** Fine with what it is tried with, and with nothing else. */
const BROKEN = '{% if store.id == "sample-store" %}{"type":"text","text":"ok"}{% else %}oh{% endif %}';

const campaign = (id: string, spec: object, text = '{"type":"text","text":"{{ coupon.code }}"}') => ({
  ...{ ...ENVELOPE, kind: 'Campaign', metadata: { id } },
  spec: {
    offer: {
      coupon: { value: { percent: 20 }, redeemableAt: ['*'] },
      message: { template: 'm.json', sources: { default: text } },
    },
    ...spec,
  },
});

export const CAMPAIGNS: readonly object[] = [
  campaign('tea', {
    ...at('a'),
    priority: 2,
    group: 'drinks',
    limits: { perMember: { max: 1, per: 'day' }, stock: 6 },
  }),
  campaign('cake', { ...at('a'), priority: 1, group: 'drinks' }),
  campaign('plain', at('a')),
  campaign('gold', { ...at('b'), audience: { tag: 'gold' }, priority: 3 }),
  campaign('evening', { ...at('b'), active: { hours: '17:00-20:00' }, priority: 2 }),
  campaign('over', { ...at('b'), active: { until: '2026-12-01' } }),
  campaign('broken', { ...at('c'), priority: 1 }, BROKEN),
  campaign('few', { ...at('c'), limits: { total: { max: 1, per: 'P1D' } } }),
  campaign('half', { ...at('d'), experiment: { holdout: '40%' }, limits: { perMember: { max: 2, per: 'PT3H' } } }),
  campaign('signed', { ...at('d'), trust: 'signed', priority: 4 }),
  campaign('stay', { ...at('e', 'dwell'), ...pushes(2) }),
  campaign('leave', { ...at('f', 'exit'), ...pushes(60), freshFor: 'PT30M' }),
  campaign('welcome', { trigger: { on: 'follow' }, home: STORE, ...pushes(60) }),
  campaign('ice', { trigger: { on: 'keyword', phrases: ['夏日冰品'] }, home: STORE, limits: { stock: 4 } }),
  campaign('noon', {
    ...{ trigger: { on: 'schedule', every: { time: '12:30' } }, home: STORE },
    ...pushes(60),
    audience: { visits: { atLeast: 1 } },
  }),
];

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * What goes wrong beside the crowd, at a quarter past every hour: never in a moment in which the clock has something to
 * do, for of two things at one moment nobody wrote down which was first.
 */
export function troubles(start: EpochMs): Beside {
  return async (now, hands) => {
    const hour = (now - start - 15 * MINUTE_MS) / HOUR_MS;
    if (!Number.isInteger(hour) || hour < 1 || hour > 16) return;
    const friends = hands.people.filter(({ friend }) => friend).map(({ index }) => index);
    const carriers = hands.people.filter(({ carriesTag }) => carriesTag).map(({ index }) => index);
    await change(hour, hands, friends, carriers);
    await meet(hour, hands, friends, carriers, now);
  };
}

/** Headquarters and people change their minds; before anything is heard in this moment. */
async function change(
  hour: number,
  { admin, memberOf }: Hands,
  friends: readonly number[],
  carriers: readonly number[],
): Promise<void> {
  const profile = async (person: number | undefined, body: object): Promise<void> =>
    void (person !== undefined && (await admin('POST', `/members/${await memberOf(person)}/profile`, body)));
  switch (hour) {
    case 3:
      for (const person of [...friends.slice(0, 4), ...carriers.slice(0, 1)]) await profile(person, { tag: ['gold'] });
      return;
    case 5:
      await admin('POST', '/campaigns/plain/pause', { why: 'a pause' });
      return;
    case 7:
      await admin('POST', '/campaigns/plain/resume', { why: 'on we go' });
      return;
    case 8:
      return await profile(friends[1], { untag: ['gold'] });
    case 9:
      await admin('POST', '/apply', { documents: [campaign('cake', { ...at('a'), priority: 3, group: 'drinks' })] });
      return;
  }
}

async function meet(
  hour: number,
  { doors, does, sense }: Hands,
  friends: readonly number[],
  carriers: readonly number[],
  now: EpochMs,
): Promise<void> {
  const [one = 0, two = 0, three = 0, four = 0] = friends;
  if (hour === 5) await does(three, 'text', { text: 'STOP' });
  if (hour === 6) await does(four, 'unfollow');
  if (hour === 10) await does(four, 'follow');
  if (hour === 8 && carriers[0] !== undefined) await does(carriers[0], 'unfollow');
  for (const [index, person] of [one, two, three, four, ...friends.slice(4, 9)].entries()) {
    const door = doors[(index + hour) % 4];
    if (door === undefined || (index + hour) % 3 === 0) continue;
    const dm = index === 1 && hour % 2 === 0 ? 'beef' : index === 2 ? fixedDm(((index + hour) % 4) + 1) : door.dm(now);
    await does(person, 'beacon', { hwid: door.hwid, dm });
  }
  for (const person of friends.slice(hour, hour + 2)) await does(person, 'text', { text: '夏日 冰品！' });
  const carrier = carriers[hour % Math.max(1, carriers.length)] ?? 0;
  await sense(0, carrier, { type: 'enter' });
  await sense(1, carrier, { type: 'enter' });
  await sense(4, carrier, { type: 'dwell', presentMs: 10 * MINUTE_MS });
  await sense(5, carriers[0] ?? 0, { type: 'exit', presentMs: 5 * MINUTE_MS });
  await sense(5, carrier, { type: 'exit', presentMs: 5 * MINUTE_MS, agoMs: (hour % 3) * 25 * MINUTE_MS });
  // Nobody is known behind this card.
  await sense(4, 900, { type: 'dwell', presentMs: 10 * MINUTE_MS });
}
