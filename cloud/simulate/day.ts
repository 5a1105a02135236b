import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { type Draw, drawing } from './draw.ts';
import { type Door, openDoor, type Sensed } from './nodes.ts';
import { drawDay, drawPeople, type Person, type Step, TICK_MS, TICKS } from './people.ts';
import type { Street } from './street.ts';
import type { World } from './world.ts';

/** What people did and what became of it before the service had a say. */
export interface Lived {
  readonly people: number;
  readonly friends: number;
  readonly carriers: number;
  /** Walks past a door. */
  passes: number;
  /** Why a phone did not report a beacon it passed, by reason. */
  readonly silent: Map<string, number>;
  /** Coupons shown at a till: taken, and refused by code. */
  redeemed: number;
  readonly refusedAtTill: Map<string, number>;
}

/** Somebody does something beside the crowd: for tests, which want to meet every reason there is. */
export type Beside = (at: EpochMs, hands: Hands) => Promise<void>;

export interface Hands {
  readonly doors: readonly Door[];
  readonly people: readonly Person[];
  /** LINE calls the service about this; resolves when it was called. */
  does(person: number, path: string, body?: object): Promise<void>;
  sense(door: number, person: number, sensed: Omit<Sensed, 'subject'>): Promise<void>;
  memberOf(person: number): Promise<string>;
}

const TAG_UUID = 'd0d2ce24-9efc-11e5-82c4-1c6a7a17ef38';
/** Carriers' cards begin at this minor. */
const subjectOf = (person: number): Sensed['subject'] => ({
  kind: 'ibeacon',
  uuid: TAG_UUID,
  major: 1,
  minor: person + 1,
});
const userOf = (person: number): string => `U${(person + 1).toString(16).padStart(32, '0')}`;

/** Shares of a hundred. */
const SHARES = { redeems: 45 };

/**
 * The morning before, and one day:
 *
 *   people are friends, cards are handed out ─► campaigns are applied ─► every five minutes: tills · clock · doors · chats
 *
 * Everything of one moment is worked off before the next, so that the same seed comes to the same day.
 */
export async function liveDay(
  world: World,
  street: Street,
  asked: {
    readonly seed: number;
    readonly people: number;
    readonly start: EpochMs;
    readonly beside?: Beside;
    readonly onProgress?: (tick: number, of: number) => void;
  },
): Promise<Lived> {
  const { seed, start } = asked;
  const people = drawPeople(asked.people, drawing(seed, 'people'));
  const plan = Map.groupBy(
    drawDay(people, { doors: street.doors.length, phrases: street.phrases }, drawing(seed, 'day')),
    ({ tick }) => tick,
  );
  await apply(world, street.standing);
  const doors: Door[] = [];
  for (const door of street.doors) doors.push(await openDoor(world, door, hex(drawing(seed, door.node))));
  const hands = handsOf(world, doors, people);
  const lived: Lived = {
    people: people.length,
    friends: people.filter(({ friend }) => friend).length,
    carriers: people.filter(({ carriesTag }) => carriesTag).length,
    ...{ passes: 0, silent: new Map(), redeemed: 0, refusedAtTill: new Map() },
  };
  try {
    await gather(world, people, hands);
    world.moveTo(epochMs(start - TICK_MS));
    await apply(world, street.campaigns);

    const till = openTill(world, street, lived, drawing(seed, 'till'));
    const leaving = new Map<number, { readonly door: number; readonly person: number; readonly presentMs: number }[]>();
    for (let tick = 0; tick < TICKS; tick++) {
      world.moveTo(epochMs(start + tick * TICK_MS));
      await asked.beside?.(world.now(), hands);
      await till.serve(tick);
      await world.tick();
      await world.settle();
      for (const { door, person, presentMs } of leaving.get(tick) ?? []) {
        await hands.sense(door, person, { type: 'exit', presentMs });
      }
      for (const step of plan.get(tick) ?? []) {
        await take(step);
        if (step.deed.does !== 'pass' || people[step.person]?.carriesTag !== true) continue;
        const { door, staysTicks } = step.deed;
        const end = tick + staysTicks;
        leaving.set(end, [...(leaving.get(end) ?? []), { door, person: step.person, presentMs: staysTicks * TICK_MS }]);
      }
      await world.settle();
      await till.expect(tick);
      if (tick % 12 === 0) asked.onProgress?.(tick, TICKS);
    }
  } finally {
    for (const door of doors) await door.close();
  }
  return lived;

  async function take({ person, deed }: Step): Promise<void> {
    switch (deed.does) {
      case 'pass': {
        lived.passes += 1;
        if (people[person]?.carriesTag === true) await hands.sense(deed.door, person, { type: 'enter' });
        const { hwid = '', dm } = doors[deed.door] ?? {};
        const { body } = await world.line('POST', `/users/${userOf(person)}/hear`, { hwid, dm: dm?.(world.now()) });
        const { webhookEventId, verdict } = body as { webhookEventId?: string; verdict?: { reason: string } };
        if (webhookEventId !== undefined) await world.heard(webhookEventId);
        else countUp(lived.silent, verdict?.reason ?? 'nothing_heard');
        return;
      }
      case 'befriend':
        return await hands.does(person, 'follow');
      case 'block':
        return await hands.does(person, 'unfollow');
      case 'say':
        return await hands.does(person, 'text', { text: deed.text });
    }
  }
}

const apply = async (world: World, documents: readonly object[]): Promise<void> => {
  if (documents.length === 0) return;
  const { status, body } = await world.admin('POST', '/apply', { documents });
  if (status !== 200) throw new Error(`the files cannot be applied: ${JSON.stringify(body['error'] ?? body)}`);
};

function handsOf(world: World, doors: readonly Door[], people: readonly Person[]): Hands {
  return {
    doors,
    people,
    async does(person, path, body) {
      const { body: answer } = await world.line('POST', `/users/${userOf(person)}/${path}`, body);
      // Whoever has blocked the account cannot write to it.
      if (typeof answer['webhookEventId'] === 'string') await world.heard(answer['webhookEventId']);
    },
    async sense(door, person, sensed) {
      await doors[door]?.tell([{ ...sensed, subject: subjectOf(person) }]);
    },
    async memberOf(person) {
      const { body } = await world.admin('POST', '/members/find', { lineUser: userOf(person) });
      return (body['members'] as { id: string }[])[0]?.id ?? '';
    },
  };
}

/** Phones are made, friends are made, cards are handed out. */
async function gather(world: World, people: readonly Person[], hands: Hands): Promise<void> {
  for (const { index, os, lineOpen, beaconConsent, friend, carriesTag } of people) {
    const displayName = `Passer-by ${index + 1}`;
    await world.line('POST', '/users', {
      userId: userOf(index),
      displayName,
      os,
      lineOpen,
      beaconConsent,
      friend: false,
    });
    if (friend) await hands.does(index, 'follow');
    if (!carriesTag) continue;
    await world.settle();
    const { kind: _kind, ...tag } = subjectOf(index);
    await world.admin('POST', `/members/${await hands.memberOf(index)}/tags`, { ...tag, wording: 'simulated' });
  }
  await world.settle();
}

/** Some of those who got a coupon use it within three hours. */
function openTill(world: World, street: Street, lived: Lived, draw: Draw) {
  const coming = new Map<number, string[]>();
  let known = 0;
  const [first] = street.doors;
  return {
    /** Looks who got something in this moment, and whether they will come. */
    async expect(tick: number): Promise<void> {
      const rows = await world.store.db
        .selectFrom('coupon')
        .innerJoin('delivery', 'delivery.coupon_id', 'coupon.id')
        .select('coupon.id')
        .where('coupon.issued_at', '=', world.now())
        .where('delivery.state', '=', 'accepted')
        .orderBy('coupon.member_id')
        .orderBy('coupon.campaign_id')
        .execute();
      for (const { id } of rows) {
        if (!draw.percent(SHARES.redeems)) continue;
        const then = tick + 2 + draw.whole(34);
        coming.set(then, [...(coming.get(then) ?? []), id]);
      }
    },
    async serve(tick: number): Promise<void> {
      for (const id of coming.get(tick) ?? []) {
        const { body: coupon } = await world.admin('GET', `/coupons/${id}`);
        const code = coupon['code'];
        known += 1;
        const { status, body } = await world.admin(
          'POST',
          '/redemptions',
          { code, channel: first?.store },
          { 'idempotency-key': `simulated-${known}` },
        );
        if (status === 201) lived.redeemed += 1;
        else countUp(lived.refusedAtTill, (body['error'] as { code?: string } | undefined)?.code ?? `${status}`);
      }
    },
  };
}

const hex = (draw: Draw): string => Buffer.from(draw.bytes(8)).toString('hex');

const countUp = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);
