import { type EpochMs, epochMs } from '../../protocol/units.ts';
import { type Draw, drawing } from './draw.ts';
import { type Hands, handsOf, subjectOf, userOf } from './hands.ts';
import { countUp, type Lived } from './lived.ts';
import { type Door, openDoor } from './nodes.ts';
import { drawDay, drawPeople, type Person, type Step, TICK_MS, TICKS } from './people.ts';
import type { Street } from './street.ts';
import { openTill } from './till.ts';
import type { World } from './world.ts';

/** Somebody does something beside the crowd: for tests, which want to meet every reason there is. */
export type Beside = (at: EpochMs, hands: Hands) => Promise<void>;

/** Five and fifteen minutes: a node reports that somebody stays. */
const DWELL_TICKS = [1, 3];

/** A card that is still there, or leaves, at a later tick. */
interface Staying {
  readonly door: number;
  readonly person: number;
  readonly sensed: { readonly type: 'dwell' | 'exit'; readonly presentMs: number };
}

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
    const later = new Map<number, Staying[]>();
    for (let tick = 0; tick < TICKS; tick++) {
      world.moveTo(epochMs(start + tick * TICK_MS));
      await till.serve(tick);
      await asked.beside?.(world.now(), hands);
      await world.tick();
      await world.settle();
      for (const { door, person, sensed } of later.get(tick) ?? []) await hands.sense(door, person, sensed);
      for (const step of plan.get(tick) ?? []) {
        await take(step);
        if (step.deed.does !== 'pass' || people[step.person]?.carriesTag !== true) continue;
        const { door, staysTicks } = step.deed;
        const mark = (ticks: number, type: 'dwell' | 'exit'): void => {
          const sensed = { type, presentMs: ticks * TICK_MS };
          later.set(tick + ticks, [...(later.get(tick + ticks) ?? []), { door, person: step.person, sensed }]);
        };
        for (const ticks of DWELL_TICKS) if (ticks < staysTicks) mark(ticks, 'dwell');
        mark(staysTicks, 'exit');
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

const hex = (draw: Draw): string => Buffer.from(draw.bytes(8)).toString('hex');
